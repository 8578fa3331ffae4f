import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { ServedObject } from '../files.ts';

/** What to answer; `range` is first byte and count of the object to send. */
export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string;
  readonly range?: readonly [first: number, count: number];
}

const ETAG = '"9bb58f26192e4ba00f01e2e7b136bbd8"';
const parts = new Map<number, { readonly size: number; readonly crc32: string | undefined }>();
let last: OutgoingHttpHeaders = {};

/** S3's answers, canned, as in python/answers.py. */
export function answerOf(
  request: IncomingMessage,
  size: number,
  objects: Readonly<Record<string, ServedObject>>,
): Answer {
  const { searchParams: query, pathname } = new URL(request.url ?? '/', 'http://store');
  const crc32 = request.headers['x-amz-checksum-crc32']?.toString();
  const checksum = crc32 === undefined ? {} : { 'x-amz-checksum-crc32': crc32 };
  const number = query.get('partNumber');
  if (request.method === 'PUT' && number !== null) {
    parts.set(Number(number), { size, crc32 });
    return { status: 200, headers: { etag: ETAG, ...checksum } };
  }
  if (request.method === 'PUT' || query.has('uploads')) {
    parts.clear();
    last = kept(request.headers, size);
  }
  if (request.method === 'PUT') return { status: 200, headers: { etag: ETAG } };
  if (request.method === 'DELETE') return { status: 204, headers: {} };
  if (query.has('uploads')) return xml('InitiateMultipartUploadResult', element('UploadId', 'upload'));
  if (request.method === 'POST') {
    const total = [...parts.values()].reduce((sum, part) => sum + part.size, 0);
    last = { ...last, ...kept(request.headers, total), 'content-type': last['content-type'] };
    const tag = element('ETag', ETAG);
    return xml('CompleteMultipartUploadResult', tag + element('ChecksumCRC32', crc32));
  }
  if (query.has('uploadId'))
    return xml('ListPartsResult', listed(Number(query.get('part-number-marker') ?? 0)));
  const object = objects[pathname.slice(pathname.lastIndexOf('/') + 1)];
  return object === undefined
    ? { status: 200, headers: { etag: ETAG, ...last } }
    : served(request.headers, object);
}

function kept(headers: IncomingHttpHeaders, size: number): OutgoingHttpHeaders {
  const names = Object.keys(headers).filter((name) =>
    /^(content-(type|disposition)|x-amz-(meta-.*|checksum-(crc32|type)))$/.test(name),
  );
  return { ...Object.fromEntries(names.map((name) => [name, headers[name]])), 'content-length': size };
}

function listed(after: number): string {
  const wanted = [...parts].filter(([number]) => number > after).sort(([a], [b]) => a - b);
  const page = wanted.slice(0, 1000);
  const more = wanted.length > page.length;
  const rows = page.map(([number, { size, crc32 }]) => {
    const facts = element('PartNumber', number) + element('ETag', ETAG) + element('Size', size);
    return element('Part', facts + element('ChecksumCRC32', crc32));
  });
  const marker = more ? element('NextPartNumberMarker', page.at(-1)?.[0]) : '';
  return element('UploadId', 'upload') + element('IsTruncated', String(more)) + marker + rows.join('');
}

function served(headers: IncomingHttpHeaders, { size, crc32 }: ServedObject): Answer {
  const common = { etag: ETAG, 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (from === undefined) {
    const checksum = { 'x-amz-checksum-crc32': crc32, 'x-amz-checksum-type': 'FULL_OBJECT' };
    const asked = headers['x-amz-checksum-mode'] === 'ENABLED' ? checksum : {};
    return { status: 200, headers: { ...common, ...asked, 'content-length': size }, range: [0, size] };
  }
  const first = Number(from);
  const end = to ? Math.min(Number(to), size - 1) : size - 1;
  const range = { 'content-range': `bytes ${first}-${end}/${size}`, 'content-length': end - first + 1 };
  return { status: 206, headers: { ...common, ...range }, range: [first, end - first + 1] };
}

function element(name: string, text: string | number | undefined): string {
  return text === undefined ? '' : `<${name}>${text}</${name}>`;
}

function xml(name: string, inner: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>${element(name, inner)}`;
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', 'content-length': body.length },
    body,
  };
}
