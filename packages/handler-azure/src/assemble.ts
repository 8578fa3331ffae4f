import { TransferError } from '@mesibo-files/handler-core';
import {
  combineDigests,
  compareParts,
  type DigestAlgorithm,
  type Manifest,
  type PartFacts,
  partCount,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import { blockId } from './block-ids.ts';
import type { SignerContext } from './context.ts';
import { algorithmOf } from './integrity.ts';
import { landingName } from './landing.ts';
import type { ListedBlocks } from './listing.ts';
import { blobHeaders, metadataOf } from './metadata.ts';
import type { TicketFacts } from './ticket.ts';

/** An object is there, of another or of a commit whose answer was lost; or what was listed is not there any more. */
const ELSE = ['BlobAlreadyExists', 'UnauthorizedBlobOverwrite', 'ConditionNotMet', 'BlobNotFound'];

/**
 * The numbers of the blocks that are not there, or not of the size that was meant.
 * @throws `invalid-argument` for a manifest without the digests that the plan asked for
 */
export function missingParts(
  { checksum, partSize }: TicketFacts,
  manifest: Manifest,
  { parts }: ListedBlocks,
): readonly number[] {
  // An empty file that was planned as blocks has none: Azure takes no block of no bytes.
  if (manifest.size === 0) return [];
  const algorithm = algorithmOf(checksum);
  const untold = manifest.parts.find(({ digests }) => algorithm !== null && digests[algorithm] === undefined);
  if (untold !== undefined) {
    throw new TransferError(
      'invalid-argument',
      `The manifest lacks the ${algorithm} of part ${untold.number}.`,
    );
  }
  return compareParts(parts, manifest, partSize, (listed, sent) => listed.size === sent.size).missing;
}

/**
 * Puts the blocks together under the name that they landed under. The answer is the version, or null where another
 * object is there or what was listed has changed. What a staged upload has together already is kept, for a copy may be
 * at it: headers and metadata are looked at later.
 */
export async function assemble(
  { caller, settings }: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  { made, loose }: ListedBlocks,
  call: SignerCall,
): Promise<string | null> {
  const count = manifest.size === 0 ? 0 : partCount(manifest.size, facts.partSize);
  const together = made !== null && !loose && isInOrder(made.numbers, count);
  if (together && facts.staging !== 'none') return made.version;
  const ids = Array.from({ length: count }, (_, index) => blockId(index + 1));
  const outcome = await caller.attempt('putting the blocks together', call, ELSE, (container, options) =>
    container.getBlockBlobClient(landingName(facts, settings.prefix)).commitBlockList(ids, {
      ...options,
      blobHTTPHeaders: blobHeaders(facts, settings),
      metadata: metadataOf(facts, manifest),
      ...(settings.accessTier === null ? {} : { tier: settings.accessTier }),
      conditions: made === null ? { ifNoneMatch: '*' } : { ifMatch: made.version },
    }),
  );
  if (outcome.code !== null) return null;
  if (outcome.output.etag !== undefined) return outcome.output.etag;
  throw new TransferError('bad-answer', 'putting the blocks together: the answer is not of Azure');
}

function isInOrder(numbers: readonly (number | null)[], count: number): boolean {
  return numbers.length === count && numbers.every((number, index) => number === index + 1);
}

/**
 * Whether the CRCs of the whole are those of the parts. The store compared the CRC-64 of each part; of the CRC-32,
 * which it knows nothing of, the parts need not tell theirs.
 */
export function isCombined({ checksum }: TicketFacts, { parts, digests, size }: Manifest): boolean {
  if (checksum !== 'crc64' || size === 0) return true;
  if (combined('crc64nvme', parts) !== digests.crc64nvme) return false;
  const told = digests.crc32 !== undefined && parts.every((part) => part.digests.crc32 !== undefined);
  return !told || combined('crc32', parts) === digests.crc32;
}

function combined(algorithm: DigestAlgorithm, parts: readonly PartFacts[]): string {
  const [first, ...rest] = parts;
  let whole = first?.digests[algorithm] ?? '';
  for (const part of rest) whole = combineDigests(algorithm, whole, part.digests[algorithm] ?? '', part.size);
  return whole;
}
