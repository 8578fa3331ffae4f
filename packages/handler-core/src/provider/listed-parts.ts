import { TransferError } from '../errors/transfer-error.ts';
import type { Manifest, PartFacts } from '../signer/signer.ts';
import { partCount, partLength } from './part-sizes.ts';

/** Parts in flight can arrive after an abort; so often it is repeated. */
const MOST_ABORTS = 5;

/** The parts of a manifest as the store lists them: those that are as they should be, and the numbers of the others. */
export interface ComparedParts<Listed> {
  readonly good: readonly Listed[];
  readonly missing: readonly number[];
}

/**
 * Compares the parts that a store lists with those that were meant. Parts beyond the end, which an aborted stream may
 * have left, are in neither list.
 *
 * @param isSame - whether a listed part has the digests of the one that was sent
 */
export function compareParts<Listed extends PartFacts>(
  listed: ReadonlyMap<number, Listed>,
  manifest: Manifest,
  partSize: number,
  isSame: (listed: Listed, sent: PartFacts) => boolean,
): ComparedParts<Listed> {
  const sent = new Map(manifest.parts.map((part) => [part.number, part]));
  const good: Listed[] = [];
  const missing: number[] = [];
  const count = partCount(manifest.size, partSize);
  for (let number = 1; number <= count; number++) {
    const [part, meant] = [listed.get(number), sent.get(number)];
    const size = partLength(number, manifest.size, partSize);
    if (part !== undefined && meant !== undefined && part.size === size && isSame(part, meant)) {
      good.push(part);
    } else missing.push(number);
  }
  return { good, missing };
}

/** Parts as `resume` answers them: by number, with nothing that only the store wants back. */
export function partsInOrder(listed: ReadonlyMap<number, PartFacts>): readonly PartFacts[] {
  return [...listed.values()]
    .sort((left, right) => left.number - right.number)
    .map(({ number, size, digests }) => ({ number, size, digests }));
}

/** The parts of a file that waits whole for its commit: none need be sent again. */
export function partsOfWhole(size: number, partSize: number): readonly PartFacts[] {
  return Array.from({ length: partCount(size, partSize) }, (_, index) => ({
    number: index + 1,
    size: partLength(index + 1, size, partSize),
    digests: {},
  }));
}

/**
 * Aborts an upload of parts until nothing of it is left. False: the store no longer knew it, so an earlier commit or
 * discard has ended it.
 *
 * @param abort - false where the store does not know the upload
 * @param list - what is left of it; null where the store does not know it
 */
export async function abortParts(
  abort: () => Promise<boolean>,
  list: () => Promise<ReadonlyMap<number, PartFacts> | null>,
): Promise<boolean> {
  for (let round = 0; round < MOST_ABORTS; round++) {
    if (!(await abort())) return round > 0;
    if (!(await list())?.size) return true;
  }
  throw new TransferError('server-error', 'discarding the upload: parts of it keep arriving');
}
