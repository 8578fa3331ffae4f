import type { HttpRequest } from '../ports/ports.ts';
import { type Backend, Refusal, type SessionRecord } from './backend.ts';
import { checkLength, type RouteAnswer, receiveBody } from './http-messages.ts';
import type { Granted } from './signed-url.ts';

/** A chunk, as its headers announce it. */
interface AnnouncedChunk {
  /** Offset of its first byte, at most what is held. */
  readonly first: number;
  readonly size: number;
  /** Whether the file ends with it. */
  readonly last: boolean;
}

/** @throws Refusal for a chunk that the session can't take */
function checkChunk(session: SessionRecord, chunk: AnnouncedChunk): void {
  const end = chunk.first + chunk.size;
  if (end > (session.size ?? session.maxSize)) throw new Refusal(413, 'EntityTooLarge');
  if (!chunk.last && chunk.size % session.chunkMultiple !== 0) throw new Refusal(400, 'InvalidChunk');
  if (chunk.last && session.size !== null && end !== session.size) throw new Refusal(400, 'InvalidTotal');
}

/**
 * Takes a chunk in. What is held already is passed over. Of a chunk that breaks off, whole multiples are kept.
 * @param storeOnly - a fault: how many of the chunk's bytes the store really keeps
 */
async function takeChunk(
  backend: Backend,
  session: SessionRecord,
  chunk: AnnouncedChunk,
  request: HttpRequest,
  storeOnly?: (size: number) => number,
): Promise<void> {
  checkChunk(session, chunk);
  checkLength(request);
  if ((request.body?.size ?? 0) !== chunk.size) throw new Refusal(400, 'IncompleteBody');
  backend.makeRoom(chunk.first + chunk.size - session.held);
  const held = session.held;
  const received = await receiveBody(request);
  const gone = backend.findSession(session.id, session.key) === undefined;
  if (gone) throw received.error ?? new Refusal(404, 'NoSuchUpload');
  // Two requests at once: only one of them can be in its place.
  if (session.held !== held) throw received.error ?? new Refusal(503, 'SlowDown');
  const kept = received.error === undefined ? (storeOnly?.(chunk.size) ?? chunk.size) : received.bytes.length;
  const whole = kept === chunk.size ? kept : kept - (kept % session.chunkMultiple);
  const fresh = received.bytes.subarray(session.held - chunk.first, whole);
  if (fresh.length > 0) session.chunks.push(fresh);
  session.held += fresh.length;
  session.heardAt = backend.clock.now();
  if (received.error !== undefined) throw received.error;
  if (chunk.last && session.held === chunk.first + chunk.size) {
    backend.completeSession(session, request.headers['x-memory-digest'], true);
  }
}

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
