import type { HttpBody } from '../ports/http.ts';

/**
 * The last slice is at most this long. A socket takes so few bytes at once without asking to wait; where it has to wait
 * for its last slice, an answer that comes meanwhile makes undici give the connection up.
 */
const LAST_SLICE = 4096;

/** A body out of a buffer, in slices: slices show progress and keep a slow link alive, one big write does neither. */
export function sliced(buffer: Uint8Array, sliceSize: number): HttpBody {
  return {
    size: buffer.length,
    *slices() {
      const lastFrom = Math.max(0, buffer.length - LAST_SLICE);
      for (let at = 0; at < lastFrom; at += sliceSize) {
        yield buffer.subarray(at, Math.min(at + sliceSize, lastFrom));
      }
      if (buffer.length > 0) yield buffer.subarray(lastFrom);
    },
  };
}
