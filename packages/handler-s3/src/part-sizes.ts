import { MAX_PARTS, MIB } from './limits.ts';

/**
 * Bytes of every part but the last: the wanted size, or as many whole MiB as it takes that 10,000 parts suffice.
 * All parts are of one size, because some stores (Cloudflare R2) want that.
 */
export function partSizeFor(size: number, wanted: number): number {
  return Math.max(wanted, Math.ceil(size / MAX_PARTS / MIB) * MIB);
}

/** How many parts a file has: at least one, which is empty for an empty file. */
export function partCount(size: number, partSize: number): number {
  return Math.max(1, Math.ceil(size / partSize));
}

/** Bytes of one part. */
export function partLength(number: number, size: number, partSize: number): number {
  return Math.min(partSize, size - (number - 1) * partSize);
}
