import { MIB } from './units.ts';

/**
 * Bytes of every part but the last: the wanted size, or as many whole MiB as it takes that `maxParts` suffice.
 * All parts are of one size, because some stores want that.
 */
export function partSizeFor(size: number, wanted: number, maxParts: number): number {
  return size <= wanted * maxParts ? wanted : Math.ceil(size / maxParts / MIB) * MIB;
}

/** How many parts a file has: at least one, which is empty for an empty file. */
export function partCount(size: number, partSize: number): number {
  return Math.max(1, Math.ceil(size / partSize));
}

/** Bytes of one part, numbered from 1. */
export function partLength(number: number, size: number, partSize: number): number {
  return Math.min(partSize, size - (number - 1) * partSize);
}
