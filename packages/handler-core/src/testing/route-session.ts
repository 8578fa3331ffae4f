import type { HttpRequest } from '../ports/http.ts';
import type { Backend } from './backend.ts';
import type { RouteAnswer } from './http-answer.ts';
import type { SessionRecord } from './records.ts';
import { Refusal } from './refusal.ts';
import { takeChunk } from './session-chunk.ts';
import type { Granted } from './url-signature.ts';

type StoreOnly = ((size: number) => number) | undefined;

function rangeAnswer(session: SessionRecord): RouteAnswer {
  if (session.complete) return { status: 200 };
  const range: Record<string, string> = session.held > 0 ? { range: `bytes=0-${session.held - 1}` } : {};
  return { status: 308, headers: range };
}

/** PUT with Content-Range: 308 until the last byte is there. One with no bytes asks, and ends a session that holds the total. */
async function contentRange(
  backend: Backend,
  session: SessionRecord,
  request: HttpRequest,
  storeOnly: StoreOnly,
): Promise<RouteAnswer> {
  const found = /^bytes (?:(\d+)-(\d+)|\*)\/(?:(\d+)|\*)$/.exec(request.headers['content-range'] ?? '');
  if (request.method !== 'PUT') throw new Refusal(405, 'MethodNotAllowed');
  if (found === null) throw new Refusal(400, 'InvalidContentRange');
  const [, from, to, end] = found;
  const total = end === undefined ? null : Number(end);
  if (total !== null && session.size !== null && total !== session.size)
    throw new Refusal(400, 'InvalidTotal');
  if (from === undefined || to === undefined) {
    if ((request.body?.size ?? 0) > 0) throw new Refusal(400, 'InvalidContentRange');
    if (!session.complete && total === session.held) {
      backend.completeSession(session, request.headers['x-memory-digest'], true);
    }
    return rangeAnswer(session);
  }
  const first = Number(from);
  const size = Number(to) - first + 1;
  if (session.complete || first > session.held || size < 1) throw new Refusal(400, 'InvalidOffset');
  if (total !== null && first + size > total) throw new Refusal(400, 'InvalidTotal');
  await takeChunk(backend, session, { first, size, last: first + size === total }, request, storeOnly);
  return rangeAnswer(session);
}

function offsetHeaders(session: SessionRecord): Record<string, string> {
  const offset = { 'upload-offset': String(session.held) };
  return session.complete ? { ...offset, 'upload-complete': '?1' } : offset;
}

/** PATCH at Upload-Offset, and HEAD to ask; `upload-complete: ?1` ends the session. */
async function uploadOffset(
  backend: Backend,
  session: SessionRecord,
  request: HttpRequest,
  storeOnly: StoreOnly,
): Promise<RouteAnswer> {
  if (request.method === 'HEAD') return { status: 200, headers: offsetHeaders(session) };
  if (request.method !== 'PATCH') throw new Refusal(405, 'MethodNotAllowed');
  const first = Number(request.headers['upload-offset'] ?? Number.NaN);
  if (session.complete || first !== session.held)
    throw new Refusal(409, 'InvalidOffset', offsetHeaders(session));
  const last = request.headers['upload-complete'] === '?1';
  await takeChunk(backend, session, { first, size: request.body?.size ?? 0, last }, request, storeOnly);
  return { status: 204, headers: offsetHeaders(session) };
}

/** A request of a session, in the dialect that its URL names. */
export async function sessionRequest(
  backend: Backend,
  { key, query }: Granted,
  request: HttpRequest,
  storeOnly: StoreOnly,
): Promise<RouteAnswer> {
  const session = backend.findSession(query.get('session') ?? '', key);
  if (session === undefined) throw new Refusal(404, 'NoSuchUpload');
  const speak = query.get('dialect') === 'upload-offset' ? uploadOffset : contentRange;
  return speak(backend, session, request, storeOnly);
}
