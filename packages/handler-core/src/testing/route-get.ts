import type { HttpRequest } from '../ports/http.ts';
import type { Backend } from './backend.ts';
import type { RouteAnswer } from './http-answer.ts';
import { Refusal } from './refusal.ts';

/** Bytes of one chunk of an answer. */
const CHUNK = 64 * 1024;

/** First byte and end of a Range header, or null for one that is not understood, which HTTP says to ignore. */
function readRange(header: string, size: number): { first: number; end: number } | null {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header);
  if (found === null) return null;
  const [, from = '', to = ''] = found;
  if (from === '') return to === '' ? null : { first: Math.max(0, size - Number(to)), end: size };
  if (to !== '' && Number(to) < Number(from)) return null;
  return { first: Number(from), end: to === '' ? size : Math.min(size, Number(to) + 1) };
}

/** GET and HEAD of an object. `ranges`: whether Range is heeded. */
export function getObject(backend: Backend, key: string, request: HttpRequest, ranges: boolean): RouteAnswer {
  const object = backend.objects.get(key);
  if (object === undefined) throw new Refusal(404, 'NoSuchKey');
  const { headers, method } = request;
  const wanted = headers['if-match'];
  if (wanted !== undefined && wanted !== object.version) throw new Refusal(412, 'PreconditionFailed');
  const { size } = object.bytes;
  const range = ranges && headers.range !== undefined ? readRange(headers.range, size) : null;
  if (range !== null && range.first >= range.end) {
    throw new Refusal(416, 'InvalidRange', { 'content-range': `bytes */${size}` });
  }
  const { first, end } = range ?? { first: 0, end: size };
  return {
    status: range === null ? 200 : 206,
    headers: {
      'content-length': String(end - first),
      'content-type': object.contentType,
      etag: object.version,
      ...(ranges ? { 'accept-ranges': 'bytes' } : {}),
      ...(object.disposition === null ? {} : { 'content-disposition': object.disposition }),
      ...(range === null ? {} : { 'content-range': `bytes ${first}-${end - 1}/${size}` }),
    },
    body: method === 'HEAD' ? [] : object.bytes.slices(first, end, CHUNK),
  };
}
