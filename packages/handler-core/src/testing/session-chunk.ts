import type { HttpRequest } from '../ports/http.ts';
import type { Backend } from './backend.ts';
import type { SessionRecord } from './records.ts';
import { Refusal } from './refusal.ts';
import { checkLength, receiveBody } from './request-body.ts';

/** A chunk, as its headers announce it. */
export interface AnnouncedChunk {
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
export async function takeChunk(
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
