import { TransferError } from '../../errors/transfer-error.ts';
import type { Target } from '../../ports/ports.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/** A file is cut into so many ranges, so that as many lanes may work at it, but into none smaller than this. */
const MOST_LANES = 16;
const LEAST_RANGE = 2 * MiB;
const RANGE_MULTIPLE = 256 * KiB;

/** Memory that a range takes on its way: buffers that fill and are written, and what the socket reads into. */
export const RANGE_MEMORY: number = MiB;

/** Bytes of a range of a file, where the store leaves the choice. `most`: bytes at most. */
export function rangeSizeFor(size: number, most: number): number {
  const even = Math.ceil(size / MOST_LANES / RANGE_MULTIPLE) * RANGE_MULTIPLE;
  return Math.min(most, Math.max(LEAST_RANGE, even));
}

/** @throws `file-too-large` */
export function checkSize(size: number, most: number): void {
  if (size <= most) return;
  throw new TransferError(
    'file-too-large',
    `the file has ${size} bytes or more, and ${most} may be downloaded`,
  );
}

/**
 * Looks whether so many further bytes fit on the disk, where the platform can tell.
 * @throws `disk-full`
 */
export async function checkRoom(target: Pick<Target, 'freeSpace'>, bytes: number): Promise<void> {
  const free = (await target.freeSpace?.()) ?? null;
  if (free === null || bytes <= free) return;
  throw new TransferError('disk-full', `${bytes} bytes are to be downloaded, and ${free} are free`);
}
