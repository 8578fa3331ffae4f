import type { DigestAlgorithm } from '../../digest/hash.ts';
import type { Source } from '../../ports/ports.ts';
import type { PartFacts } from '../../signer/signer.ts';
import { digestsOf, sameDigests } from '../digests.ts';
import type { TransferContext } from '../request/context.ts';
import { throwIfStopped } from '../request/time.ts';

/** A slice of the file that was sent, and where it stands. */
export interface PlacedSlice extends PartFacts {
  readonly offset: number;
}

/**
 * Reads a file again, and compares it with what was sent: every byte has to be in a slice with a digest, and the file must
 * end where it did. Then what was sent is what the file was at one moment: while it was read again.
 */
export async function sameBytes(
  context: TransferContext,
  source: Source,
  sent: readonly PlacedSlice[],
  size: number,
): Promise<boolean> {
  const { ports, limits, signal } = context;
  const largest = Math.max(1, ...sent.map((slice) => slice.size));
  const buffer = context.buffers.take(largest);
  try {
    let proved = 0;
    for (const slice of [...sent].sort((left, right) => left.offset - right.offset)) {
      throwIfStopped(signal);
      if (slice.offset > proved) return false;
      const bytes = buffer.subarray(0, slice.size);
      if ((await source.read(slice.offset, bytes)) < slice.size) return false;
      const algorithms = Object.keys(slice.digests) as DigestAlgorithm[];
      if (
        slice.size > 0 &&
        !sameDigests(digestsOf(ports.hash, algorithms, bytes, limits.sliceSize), slice.digests)
      )
        return false;
      proved = Math.max(proved, slice.offset + slice.size);
    }
    return proved === size && (await source.read(size, new Uint8Array(1))) === 0;
  } finally {
    context.buffers.give(buffer);
  }
}
