import type { DigestAlgorithm } from '../digest/hash.ts';
import { pause, stopReason, throwIfStopped } from '../engine/request/time.ts';
import { TransferError } from '../errors/transfer-error.ts';
import { keyOfFileUrl } from '../naming/file-url.ts';
import type { HttpPort, HttpRequest } from '../ports/ports.ts';
import { evaluateRead } from '../provider/evaluate-read.ts';
import { type Backend, type ObjectHead, Pieces, Refusal } from './backend.ts';
import type { StoreFaults } from './context.ts';
import { httpAnswer, type RouteAnswer, refusalAnswer, wholeBody } from './http-messages.ts';
import { sessionRequest } from './session-http.ts';
import { type Granted, verifyUrl } from './signed-url.ts';

/** Bytes of one chunk of an answer. */
const CHUNK = 64 * 1024;

/** GET and HEAD of an object. `ranges`: whether Range is heeded. */
function getObject(backend: Backend, key: string, request: HttpRequest, ranges: boolean): RouteAnswer {
  const object = backend.objects.get(key);
  if (object === undefined) throw new Refusal(404, 'NoSuchKey');
  const { headers, method } = request;
  const { size } = object.bytes;
  const outcome = evaluateRead(
    { method, header: (name) => headers[name] },
    { size, etag: object.version, modified: null, ranges },
  );
  const { status, range } = outcome;
  if (status === 412) throw new Refusal(412, 'PreconditionFailed');
  if (status === 416) throw new Refusal(416, 'InvalidRange', outcome.headers);
  return {
    status,
    headers: {
      'content-type': object.contentType,
      etag: object.version,
      ...(ranges ? { 'accept-ranges': 'bytes' } : {}),
      ...(object.disposition === null ? {} : { 'content-disposition': object.disposition }),
      ...outcome.headers,
    },
    body: method === 'HEAD' ? [] : object.bytes.slices(range.first, range.end, CHUNK),
  };
}

const META = 'x-memory-meta-';

function headOf(headers: Readonly<Record<string, string>>): ObjectHead {
  const meta = Object.entries(headers)
    .filter(([name]) => name.startsWith(META))
    .map(([name, value]) => [name.slice(META.length), value]);
  return {
    contentType: headers['content-type'] ?? 'application/octet-stream',
    disposition: headers['content-disposition'] ?? null,
    meta: Object.fromEntries(meta),
  };
}

/** The digest of what arrived, in the algorithm that the (signed) headers or the upload name. @throws Refusal 400 */
function checkedDigest(
  backend: Backend,
  algorithm: DigestAlgorithm | null,
  bytes: Uint8Array,
  claimed?: string,
): string | null {
  const digest = algorithm === null ? null : backend.digest(algorithm, [bytes]);
  if (claimed !== undefined && claimed !== digest) throw new Refusal(400, 'BadDigest');
  return digest;
}

const ALGORITHMS: readonly DigestAlgorithm[] = ['crc32', 'crc32c', 'crc64nvme', 'md5', 'sha256'];

/** PUT of a whole object. */
async function putObject(backend: Backend, { key }: Granted, request: HttpRequest): Promise<RouteAnswer> {
  const { headers } = request;
  const create = headers['if-none-match'] === '*';
  if (create && backend.objects.has(key)) throw new Refusal(412, 'PreconditionFailed');
  backend.makeRoom(request.body?.size ?? 0);
  const bytes = await wholeBody(request);
  const algorithm = ALGORITHMS.find((each) => each === headers['x-memory-algorithm']) ?? null;
  const digest = checkedDigest(backend, algorithm, bytes, headers['x-memory-digest']);
  backend.makeRoom(bytes.length);
  const integrity =
    algorithm === null || digest === null
      ? ({ kind: 'none' } as const)
      : ({ kind: 'whole', digests: { [algorithm]: digest } } as const);
  const { version } = backend.putObject(key, headOf(headers), new Pieces([bytes]), integrity, create);
  return { status: 200, headers: { etag: version } };
}

/** PUT of one part. */
async function putPart(
  backend: Backend,
  { key, query }: Granted,
  request: HttpRequest,
): Promise<RouteAnswer> {
  const id = query.get('upload') ?? '';
  const find = () => {
    const upload = backend.findParts(id, key);
    if (upload === undefined) throw new Refusal(404, 'NoSuchUpload');
    return upload;
  };
  find();
  const bytes = await wholeBody(request);
  // Once more: it may have been completed or aborted while the body was on its way.
  const upload = find();
  const digest = checkedDigest(backend, upload.algorithm, bytes, request.headers['x-memory-digest']);
  backend.putPart(upload, Number(query.get('part')), bytes, digest);
  return { status: 200, headers: { etag: `"${digest ?? bytes.length}"` } };
}

/** A request that reached the store, for tests to count. It holds no signature. */
export interface LoggedRequest {
  readonly method: string;
  /** The object key, or an empty text when the URL is no object's. */
  readonly key: string;
  /** `object`, `part`, `session`, or `read` for GET and HEAD. */
  readonly kind: 'object' | 'part' | 'session' | 'read';
  /** Number of the part, or null. */
  readonly part: number | null;
  /** The `range`, `content-range` or `upload-offset` header, or null. */
  readonly range: string | null;
  /** Bytes of the body, as announced. */
  readonly size: number;
  /** Set with the answer; null while there is none, and for good when the request was cut off. */
  status: number | null;
}

/** What the HTTP side of the store is made of. */
export interface HttpSettings {
  readonly backend: Backend;
  readonly secret: Uint8Array;
  readonly baseUrl: string;
  readonly ranges: boolean;
  readonly publicRead: boolean;
  readonly faults: StoreFaults;
  readonly requests: LoggedRequest[];
}

function logged(request: HttpRequest, baseUrl: string): LoggedRequest {
  const [url = '', search = ''] = request.url.split('?', 2);
  const query = new URLSearchParams(search);
  const { method, headers } = request;
  const read = method === 'GET' || (method === 'HEAD' && !query.has('session'));
  const upload = query.has('session') ? 'session' : query.has('upload') ? 'part' : 'object';
  return {
    method,
    key: keyOfFileUrl(baseUrl, url) ?? '',
    kind: read ? 'read' : upload,
    part: query.has('part') ? Number(query.get('part')) : null,
    range: headers.range ?? headers['content-range'] ?? headers['upload-offset'] ?? null,
    size: request.body?.size ?? 0,
    status: null,
  };
}

async function route(settings: HttpSettings, request: HttpRequest): Promise<RouteAnswer> {
  const { backend, secret, baseUrl, ranges, faults } = settings;
  const open = request.method === 'GET' || request.method === 'HEAD';
  const key = settings.publicRead && open ? keyOfFileUrl(baseUrl, request.url) : null;
  if (key !== null && !backend.isHidden(key)) return getObject(backend, key, request, ranges);
  const granted = verifyUrl(secret, baseUrl, request, backend.clock.now());
  if (granted.query.has('session')) return sessionRequest(backend, granted, request, faults.storeOnly);
  if (open) return getObject(backend, granted.key, request, ranges);
  return granted.query.has('upload')
    ? putPart(backend, granted, request)
    : putObject(backend, granted, request);
}

/** The store's HTTP side, as a port: requests reach it without a network. */
export function memoryHttp(settings: HttpSettings): HttpPort {
  const { backend, faults, requests, baseUrl } = settings;
  const host = new URL(baseUrl).host;
  return {
    async send(request) {
      const { signal } = request;
      throwIfStopped(signal);
      if (!URL.canParse(request.url) || new URL(request.url).host !== host) {
        throw new TransferError('host-not-found', 'There is nothing but the memory store here.');
      }
      const entry = logged(request, baseUrl);
      requests.push(entry);
      const wait = faults.delay?.(request) ?? 0;
      if (wait > 0) await pause(backend.clock, wait, signal);
      const now = backend.clock.now();
      const answer = await route(settings, request).catch((error: unknown) => {
        if (error instanceof Refusal) return refusalAnswer(error, now, request.method !== 'HEAD');
        throw error;
      });
      if (signal.aborted) throw stopReason(signal);
      entry.status = answer.status;
      return httpAnswer(answer, now, signal);
    },
  };
}
