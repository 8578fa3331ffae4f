import type { Clock, HttpBody } from '../../ports/ports.ts';
import type { LinkSpeed } from './speed.ts';

/**
 * The last slice is at most this long. A socket takes so few bytes at once without asking to wait; where it has to wait
 * for its last slice, an answer that comes meanwhile makes undici give the connection up.
 */
const LAST_SLICE = 4096;

/** The smallest slice that a slow link is brought down to. */
const LEAST_SLICE = 8 * 1024;

/** Slices while nothing is known of the link: on a slow one a larger one would look like a stall. */
const FIRST_SLICE = 64 * 1024;

/** What a slice should take at the link's speed, in milliseconds. */
const SLICE_TIME = 250;

/** Begins a body; what it answers is asked for the size of each slice, when the one before was taken. */
export type SliceSizes = () => () => number;

/**
 * Slices that follow the link: about a quarter of a second each, so that progress is seen on the slowest link, and as
 * large as `most` on a fast one, where each slice has its price. A quick slice proves nothing, for the system's buffers
 * take the first megabytes at once; only finished requests make slices grow, through `speed`.
 */
export function linkSlices(speed: LinkSpeed, most: number, clock: Clock): SliceSizes {
  return () => {
    const { known } = speed;
    let size = bounded(known === null ? FIRST_SLICE : (known * SLICE_TIME) / 1000, most);
    let before: number | null = null;
    return () => {
      const now = clock.monotonic();
      if (before !== null && now - before > 2 * SLICE_TIME) size = bounded(size / 2, most);
      before = now;
      return size;
    };
  };
}

function bounded(size: number, most: number): number {
  return Math.min(most, Math.max(LEAST_SLICE, Math.floor(size)));
}

/**
 * A body out of a buffer, in slices: slices show progress and keep a slow link alive, one big write does neither.
 * `sizes`: a size for all, or one that is asked for each.
 */
export function sliced(buffer: Uint8Array, sizes: SliceSizes | number): HttpBody {
  return {
    size: buffer.length,
    *slices() {
      const next = typeof sizes === 'number' ? () => sizes : sizes();
      const lastFrom = Math.max(0, buffer.length - LAST_SLICE);
      for (let at = 0; at < lastFrom; ) {
        const end = Math.min(at + next(), lastFrom);
        yield buffer.subarray(at, end);
        at = end;
      }
      if (buffer.length > 0) yield buffer.subarray(lastFrom);
    },
  };
}
