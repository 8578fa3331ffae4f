import type { HttpBody } from '../ports/http.ts';

/** A body out of a buffer, in slices: slices show progress and keep a slow link alive, one big write does neither. */
export function sliced(buffer: Uint8Array, sliceSize: number): HttpBody {
  return {
    size: buffer.length,
    *slices() {
      for (let at = 0; at < buffer.length; at += sliceSize) yield buffer.subarray(at, at + sliceSize);
    },
  };
}
