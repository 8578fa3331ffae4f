import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256Of, type TinyHead, TinyObjects, TinyRefusal } from './objects.ts';

/** The longest body of one request, in bytes. */
const MAX_BODY = 64 * 1024 * 1024;

/** How far in the future a request may be signed, in milliseconds. */
const SKEW = 60_000;

export interface TinyStoreOptions {
  readonly bucket: string;
  readonly secret: string;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
}

/** A running store on a loopback port. */
export interface TinyStore {
  readonly endpoint: string;
  readonly content: TinyObjects;
  stop(): Promise<void>;
}

/** A request whose signature was checked. */
interface Checked {
  readonly method: string;
  readonly key: string;
  readonly query: URLSearchParams;
  /** A header that was signed. An unsigned header means nothing to this store. */
  readonly header: (name: string) => string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Starts an object server that takes presigned requests only, and keeps everything in memory. */
export async function startTinyStore(options: TinyStoreOptions): Promise<TinyStore> {
  const now = options.now ?? Date.now;
  const content = new TinyObjects(now);
  const server = createServer((request, response) => {
    response.setHeader('date', new Date(now()).toUTCString());
    answer(request, response).catch((error: unknown) => {
      const refusal = error instanceof TinyRefusal ? error : new TinyRefusal(500, 'InternalError');
      json(response, refusal.status, { code: refusal.code });
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const checked = check(request, options, now());
    const reads = checked.method === 'GET';
    const value = reads ? look(content, checked) : change(content, checked, await bodyOf(request, checked));
    if (value === null) sendObject(content, checked, request.headers.range, response);
    else json(response, 200, value);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    content,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Checks signature, time and bucket, before anything of the body is read. */
function check(request: IncomingMessage, { bucket, secret }: TinyStoreOptions, now: number): Checked {
  const [url = '', signature = ''] = (request.url ?? '').split('&signature=');
  const { pathname, searchParams: query } = new URL(url, 'http://store');
  const names = (query.get('headers') ?? '').split(';').filter((name) => name !== '');
  const headers = names.map((name) => [name, String(request.headers[name] ?? '')] as const);
  const text = [request.method, url, ...headers.map(([name, value]) => `${name}:${value}`)].join('\n');
  const expected = createHmac('sha256', secret).update(text).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new TinyRefusal(403, 'SignatureWrong');
  }
  if (now > Number(query.get('expires'))) throw new TinyRefusal(403, 'RequestExpired');
  if (now < Number(query.get('signed')) - SKEW) throw new TinyRefusal(403, 'ClockSkewed');
  const [, first = '', ...segments] = pathname.split('/').map(decodeURIComponent);
  if (first !== bucket) throw new TinyRefusal(404, 'NoSuchBucket');
  const header = (name: string): string | undefined => headers.find(([each]) => each === name)?.[1];
  return { method: request.method ?? '', key: segments.join('/'), query, header, headers };
}

/** The body, of exactly the signed size and digest. */
async function bodyOf(request: IncomingMessage, { header, method }: Checked): Promise<Buffer> {
  const size = Number(header('content-length') ?? (method === 'PUT' ? Number.NaN : 0));
  if (Number.isNaN(size)) throw new TinyRefusal(411, 'SizeNotSigned');
  if (size > MAX_BODY) throw new TinyRefusal(413, 'TooLarge');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (body.length !== size) throw new TinyRefusal(400, 'DigestWrong');
  if (size > 0 && header('x-sha256') !== sha256Of(body)) throw new TinyRefusal(400, 'DigestWrong');
  return body;
}

/** Carries out a request that changes something, in one step. */
function change(
  content: TinyObjects,
  { method, key, query, header, headers }: Checked,
  body: Buffer,
): object {
  const upload = query.get('upload');
  const head: TinyHead = {
    contentType: header('content-type') ?? 'application/octet-stream',
    disposition: header('content-disposition') ?? '',
    metadata: Object.fromEntries(
      headers.filter(([name]) => name.startsWith('x-meta-')).map(([name, value]) => [name.slice(7), value]),
    ),
  };
  if (method === 'PUT' && upload !== null) content.putPart(key, upload, Number(query.get('part')), body);
  else if (method === 'PUT') content.put(key, body, head, header('if-none-match') === '*');
  else if (method === 'DELETE' && upload !== null) {
    content.upload(key, upload);
    content.uploads.delete(upload);
  } else if (method === 'DELETE') content.objects.delete(key);
  else if (query.has('begin')) return { upload: content.begin(key, head) };
  else if (upload !== null) content.finish(key, upload, JSON.parse(body.toString()));
  else if (query.has('copy')) content.copy(query.get('copy') ?? '', query.get('version') ?? '', key, head);
  else throw new TinyRefusal(400, 'UnknownRequest');
  return {};
}

/** What the store says of objects and uploads; null where the object itself is wanted. */
function look(content: TinyObjects, { key, query }: Checked): object | null {
  const [under, upload] = [query.get('list'), query.get('upload')];
  if (under !== null) {
    const isListed = (each: { readonly key: string }): boolean => each.key.startsWith(under);
    const objects = [...content.objects].map(([name, { createdAt }]) => ({ key: name, createdAt }));
    const uploads = [...content.uploads].map(([id, { parts: _, ...facts }]) => ({ ...facts, id }));
    return { objects: objects.filter(isListed), uploads: uploads.filter(isListed) };
  }
  if (upload !== null) {
    const { parts } = content.upload(key, upload);
    return {
      parts: [...parts].map(([number, { bytes, sha256 }]) => ({ number, size: bytes.length, sha256 })),
    };
  }
  if (!query.has('facts')) return null;
  const { bytes, ...facts } = content.find(key);
  return { ...facts, size: bytes.length };
}

/** The object or a range of it, if it is still the version that was signed. */
function sendObject(
  content: TinyObjects,
  { key, header }: Checked,
  range: string | undefined,
  response: ServerResponse,
): void {
  const { bytes, version, contentType, disposition } = content.find(key);
  if ((header('if-match') ?? version) !== version) throw new TinyRefusal(412, 'VersionChanged');
  response.setHeader('content-type', contentType);
  response.setHeader('content-disposition', disposition);
  response.setHeader('etag', version);
  const wanted = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(range ?? '');
  const first = Number(wanted?.[1] ?? 0);
  const last = Math.min(wanted?.[2] ? Number(wanted[2]) : bytes.length - 1, bytes.length - 1);
  if (wanted !== null && first > last) throw new TinyRefusal(416, 'RangeWrong');
  response.setHeader('content-length', last - first + 1);
  if (wanted !== null) response.setHeader('content-range', `bytes ${first}-${last}/${bytes.length}`);
  response.writeHead(wanted === null ? 200 : 206).end(bytes.subarray(first, last + 1));
}

function json(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
