import {
  type Commit,
  combineDigests,
  type DigestAlgorithm,
  type Manifest,
  type PartFacts,
  type SignerCall,
  TransferError,
} from '@mesibo-files/handler-core';
import { refused } from '@mesibo-files/handler-core/provider';
import { blockId } from './block-ids.ts';
import type { SignerContext } from './context.ts';
import { copyStaged } from './copy.ts';
import { discard } from './discard.ts';
import { findCommitted } from './find-committed.ts';
import { headBlob } from './head.ts';
import { blobHeaders, metadataOf } from './metadata.ts';
import { blocksName } from './staging.ts';
import type { TicketFacts } from './ticket.ts';
import { refuse, verify } from './verify.ts';

/** Another's object is there, or our own of a commit whose answer was lost. */
const EXISTS = ['BlobAlreadyExists', 'UnauthorizedBlobOverwrite', 'ConditionNotMet'];

/** Puts the blocks together, and verifies what came of it. */
export async function complete(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  count: number,
  call: SignerCall,
): Promise<Commit> {
  if (!isCombined(facts, manifest)) {
    return refuse(
      context,
      facts,
      call,
      refused('digest-mismatch', 'the digest of the whole is not that of its parts'),
    );
  }
  const version = await assemble(context, facts, manifest, count, call);
  const there =
    version !== null && (facts.way !== 'staged' || (await copyStaged(context, facts, version, call)));
  if (!there) {
    const found = await findCommitted(context, facts, manifest, call);
    if (facts.way === 'staged') await discard(context, facts, call);
    if (found.state !== 'gone') return found;
    return refuse(
      context,
      facts,
      call,
      refused('object-exists', 'an object of another transfer has this key'),
    );
  }
  const head = await headBlob(context, facts.key, call);
  if (head === null)
    throw new TransferError('server-error', 'putting the blocks together: the object is not there yet');
  const verified = await verify(context, facts, manifest, head, call);
  if (facts.way === 'staged') await discard(context, facts, call);
  return verified;
}

/** Puts the blocks together under their own name. The answer is the version, or null where an object is already. */
async function assemble(
  { caller, settings }: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  count: number,
  call: SignerCall,
): Promise<string | null> {
  const ids = Array.from({ length: count }, (_, index) => blockId(index + 1));
  const outcome = await caller.attempt('putting the blocks together', call, EXISTS, (container, options) =>
    container.getBlockBlobClient(blocksName(facts, settings.prefix)).commitBlockList(ids, {
      ...options,
      blobHTTPHeaders: blobHeaders(facts, settings),
      metadata: metadataOf(facts, manifest),
      ...(settings.accessTier === null ? {} : { tier: settings.accessTier }),
      // A staged one may be there by a commit that ended in between; it is ours, and put together anew.
      ...(facts.way === 'staged' ? {} : { conditions: { ifNoneMatch: '*' } }),
    }),
  );
  if (outcome.code !== null) return null;
  if (outcome.output.etag !== undefined) return outcome.output.etag;
  throw new TransferError('bad-answer', 'putting the blocks together: the answer is not of Azure');
}

/**
 * Whether the CRCs of the whole are those of the parts. The store compared the CRC-64 of each part; of the CRC-32,
 * which it knows nothing of, the parts need not tell theirs.
 */
function isCombined({ checksum }: TicketFacts, { parts, digests, size }: Manifest): boolean {
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
