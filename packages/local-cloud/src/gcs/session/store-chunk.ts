import { checkNotTooLarge } from '../body/length-range.ts';
import type { GcsState } from '../types.ts';
import { type ContentRange, isLast } from './content-range.ts';
import type { ResumableSession } from './session.ts';

/**
 * Stores a chunk: what the session already has is skipped, and of a body that breaks off, or is stored only in part,
 * whole quanta stay. Tells whether all of it was stored.
 */
export const storeChunk = async (
  state: GcsState,
  session: ResumableSession,
  source: AsyncIterable<Uint8Array>,
  range: Extract<ContentRange, { is: 'bytes' }>,
): Promise<boolean> => {
  const { hashing, options, segments } = session;
  const before = session.persisted;
  const limit = before + state.sessions.takeLimit();
  let offset = range.first;
  let whole = true;
  let fault: unknown;
  async function* kept(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of source) {
        const start = Math.min(Math.max(before - offset, 0), chunk.length);
        const end = Math.max(Math.min(limit - offset, chunk.length), start);
        offset += chunk.length;
        if (end < chunk.length) whole = false;
        if (range.last !== undefined && offset > range.last + 1) throw new RangeError('too many bytes');
        checkNotTooLarge(offset, options.range);
        if (end === start) continue;
        const bytes = chunk.subarray(start, end);
        hashing.update(bytes);
        yield bytes;
      }
      if (offset !== (range.last ?? (range.total ?? offset) - 1) + 1) whole = false;
    } catch (error) {
      // What came in before the fault stays.
      whole = false;
      fault = error;
    }
  }
  const segment = await state.blobs.write(kept());
  if (whole && isLast(range)) hashing.keepTail();
  else hashing.dropTail();
  const size = session.persisted - before;
  // The file may be longer than what is kept of it.
  if (size > 0 && session.state.is === 'open') segments.push({ ...segment, size });
  else await state.blobs.release([segment]);
  if (fault !== undefined) throw fault;
  return whole;
};
