import { type StoredObject, TransferError } from '@mesibo-files/handler-core';
import {
  COPYING,
  type Commit,
  type CommitCall,
  combineDigests,
  commitFound,
  commitStaged,
  compareParts,
  type DigestAlgorithm,
  type FinalPlace,
  isOurs,
  type Landed,
  type Manifest,
  manifestFault,
  type PartFacts,
  type ReadPlan,
  type Refused,
  refusalIn,
  refused,
  type SignerCall,
  type StagedStore,
  senderOfTicket,
} from '@mesibo-files/handler-core/provider';
import { discard } from './discard.ts';
import { algorithmOf } from './format/digests.ts';
import { metadataOf, wholeDigests } from './format/metadata.ts';
import { landingName, markName } from './format/names.ts';
import { read } from './read.ts';
import {
  type BlobHead,
  committedBlob,
  copyState,
  copyToKey,
  dropWaiting,
  type FoundBlob,
  foundBlob,
  headBlob,
  isWhole,
  markRefused,
  removeBlob,
  storedObject,
  withPlannedHeaders,
} from './store/blobs.ts';
import { assemble, type ListedBlocks, listBlocks } from './store/blocks.ts';
import type { SignerContext } from './store/context.ts';
import type { TicketFacts } from './ticket.ts';

/** Ends an upload: idempotent, whatever its way, and decided once. */
export async function commit(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: CommitCall,
): Promise<Commit> {
  if (facts.staging !== 'none') {
    return commitStaged(stagedStore(context, facts, manifest, call), facts, manifest, call);
  }
  return facts.way === 'single'
    ? commitSingle(context, facts, manifest, call)
    : commitBlocks(context, facts, manifest, call);
}

/** Looks even at a request that was answered: nothing bound its size and type. */
async function commitSingle(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const place = finalPlace(context, facts, call);
  const found = await place.committed();
  if (found !== null) return commitFound(place, facts, manifest, found);
  return manifestFault(facts, manifest) ?? { state: 'missing', parts: [1] };
}

/** Compares the blocks that the store lists with those that were meant, and puts them together when all are there. */
async function commitBlocks(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const claimed = manifestFault(facts, manifest);
  if (claimed !== null) return giveUp(context, facts, claimed, call);
  const listed = await listBlocks(context, facts, call);
  if (listed === null) return findCommitted(context, facts, manifest, call);
  const parts = missingParts(facts, manifest, listed);
  if (parts.length > 0) return { state: 'missing', parts };
  if (!isCombined(facts, manifest)) {
    const fault = refused('digest-mismatch', 'the digest of the whole is not that of its parts');
    return giveUp(context, facts, fault, call);
  }
  return complete(context, facts, manifest, listed, call);
}

/** Puts the blocks together, and verifies what came of it. */
async function complete(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  listed: ListedBlocks,
  call: SignerCall,
): Promise<Commit> {
  // An earlier commit ended in between. Its copy may go on, and would fail if its source were put together anew.
  const earlier = listed.made === null ? null : await findCommitted(context, facts, manifest, call);
  if (earlier !== null && earlier.state !== 'gone') return dropped(context, facts, earlier, call);
  const made = await make(context, facts, manifest, listed, call);
  if (made === 'busy') return COPYING;
  if (made === 'exists') {
    const found = await findCommitted(context, facts, manifest, call);
    if (found.state !== 'gone') return dropped(context, facts, found, call);
    return giveUp(
      context,
      facts,
      refused('object-exists', 'an object of another transfer has this key'),
      call,
    );
  }
  const place = finalPlace(context, facts, call);
  const found = await place.committed();
  if (found === null)
    throw new TransferError('server-error', 'putting the blocks together: the object is not there yet');
  return dropped(context, facts, await commitFound(place, facts, manifest, found, true), call);
}

/** Makes the object under its key. */
async function make(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  listed: ListedBlocks,
  call: SignerCall,
): Promise<'done' | 'exists' | 'busy'> {
  const version = await assemble(context, facts, manifest, listed, call);
  if (facts.way !== 'staged') return version === null ? 'exists' : 'done';
  const { accessTier } = context.settings;
  const terms = accessTier === null ? {} : { tier: accessTier };
  const copied = version === null ? 'changed' : await copyToKey(context, facts, version, terms, call);
  if (copied === 'changed') {
    throw new TransferError('server-error', 'putting the blocks together: another commit is at it');
  }
  return typeof copied === 'string' ? copied : 'done';
}

/** The upload is no more: an earlier commit, whose answer was lost, may have ended it. */
async function findCommitted(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const head = await headBlob(context, facts.key, call);
  if (head === null || !isOurs(head.metadata, facts)) return { state: 'gone' };
  if ((await copyState(context, facts, head, call)) === 'busy') return COPYING;
  return commitFound(finalPlace(context, facts, call), facts, manifest, foundBlob(head));
}

/** Removes what was copied, once it was. A failure changes nothing: a lifecycle rule and the sweeper come later. */
async function dropped(
  context: SignerContext,
  facts: TicketFacts,
  outcome: Commit,
  call: SignerCall,
): Promise<Commit> {
  const over = facts.way === 'staged' && outcome.state !== 'pending';
  if (over) await dropWaiting(context, facts, call).catch(() => undefined);
  return outcome;
}

/** Gives up blocks that are not what was planned. An object is no block, and stays. */
async function giveUp(
  context: SignerContext,
  facts: TicketFacts,
  fault: Refused,
  call: SignerCall,
): Promise<Commit> {
  await discard(context, facts, call);
  return fault;
}

/** The place of an upload under its key. */
function finalPlace(context: SignerContext, facts: TicketFacts, call: SignerCall): FinalPlace<FoundBlob> {
  return {
    committed: async () => {
      const head = await headBlob(context, facts.key, call);
      return head === null ? null : foundBlob(head);
    },
    storedObject: async ({ head }) => storedObject(context.settings, facts.key, head),
    remove: ({ head }) => removeBlob(context, facts.key, call, head.etag),
  };
}

/** What Azure does for the commit of an upload of a client that is not trusted. */
function stagedStore(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): StagedStore<FoundBlob> {
  return {
    landed: () =>
      facts.way === 'single'
        ? landedBlob(context, facts, manifest, call)
        : landedBlocks(context, facts, manifest, call),
    committed: () => committedBlob(context, facts, call),
    storedObject: finalPlace(context, facts, call).storedObject,
    read: (readCall) => readWaiting(context, facts, readCall),
    promote: ({ head }) => promote(context, facts, manifest, head, call),
    drop: () => dropWaiting(context, facts, call),
    mark: (metadata) => markRefused(context, facts, metadata, call),
  };
}

async function landedBlob(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Landed<FoundBlob>> {
  const head = await headBlob(context, landingName(facts, context.settings.prefix), call);
  // A create-only signature may also begin a copy; while it goes on, nothing is there.
  if (head === null || !isWhole(head)) return { state: 'absent', answer: { state: 'missing', parts: [1] } };
  return { state: 'found', found: waitingBlob(facts, manifest, head) };
}

async function landedBlocks(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Landed<FoundBlob>> {
  const { prefix } = context.settings;
  const [marked, listed] = await Promise.all([
    headBlob(context, markName(facts, prefix), call),
    listBlocks(context, facts, call),
  ]);
  if (marked !== null && refusalIn(marked.metadata ?? {}) !== null) {
    return { state: 'found', found: foundBlob(marked) };
  }
  if (listed === null) return { state: 'absent', answer: { state: 'gone' } };
  const parts = missingParts(facts, manifest, listed);
  if (parts.length > 0) return { state: 'missing', parts };
  const version = await assemble(context, facts, manifest, listed, call);
  const head = version === null ? null : await headBlob(context, landingName(facts, prefix), call);
  // Blocks can have been replaced since they were listed: only what is found after they were put together counts.
  if (head === null || !isWhole(head)) {
    throw new TransferError('server-error', 'committing: the blocks change while they are being committed');
  }
  const fault = isCombined(facts, manifest)
    ? null
    : refused('digest-mismatch', 'the digest of the whole is not that of its parts');
  return { state: 'found', found: waitingBlob(facts, manifest, head, fault) };
}

/**
 * Believes only Azure's own MD5 of a pending blob. Its metadata is the client's, and is read only for the mark of a
 * refusal only; the object will have the ticket's.
 */
function waitingBlob(
  facts: TicketFacts,
  manifest: Manifest,
  head: BlobHead,
  fault: Refused | null = null,
): FoundBlob {
  const { contentMD5 } = head;
  const found = foundBlob(head);
  return {
    ...found,
    head: { ...head, metadata: metadataOf(facts, manifest) },
    digests: wholeDigests(contentMD5 === undefined ? {} : { contentMD5 }),
    wrong: found.wrong ?? tierFault(head) ?? fault,
  };
}

/** An archived blob can't be copied or read. */
function tierFault({ accessTier }: BlobHead): Refused | null {
  return accessTier === 'Archive' ? refused('type-refused', 'the store holds it in its archive') : null;
}

/**
 * Copies exactly what was looked at to its key, with the metadata of the ticket. The copy gets the content headers of
 * its source, so those are put right before where they are not as planned.
 */
async function promote(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  head: BlobHead,
  call: SignerCall,
): Promise<StoredObject | 'exists' | 'changed' | 'busy'> {
  const source = await withPlannedHeaders(context, facts, head, call);
  if (source === null) return 'changed';
  const tier = tierOf(context, head);
  const terms = { metadata: metadataOf(facts, manifest), ...(tier === null ? {} : { tier }) };
  const copied = await copyToKey(context, facts, source.etag, terms, call);
  if (copied === 'exists') {
    const there = await headBlob(context, facts.key, call);
    return there !== null && (await copyState(context, facts, there, call)) === 'busy' ? 'busy' : 'exists';
  }
  if (typeof copied === 'string') return copied;
  return storedObject(context.settings, facts.key, { ...source, etag: copied.version });
}

/** The tier of the options; else the account's, which a client that stated another does not get. */
function tierOf({ settings }: SignerContext, { accessTier, accessTierInferred }: BlobHead): string | null {
  if (settings.accessTier !== null) return settings.accessTier;
  return accessTier === undefined || accessTierInferred === true ? null : 'Hot';
}

/** A GET of what waits, for the owner; whose it is and what it is are the ticket's. */
async function readWaiting(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<ReadPlan> {
  const plan = await read(context, landingName(facts, context.settings.prefix), call);
  return { ...plan, contentType: facts.contentType, name: facts.name, sender: senderOfTicket(facts) };
}

/**
 * The numbers of the blocks that are not there, or not of the size that was meant.
 * @throws `invalid-argument` for a manifest without the digests that the plan asked for
 */
function missingParts(
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

/** Whether the CRCs of the whole are those of the parts. Azure compared the CRC-64 of each part; a part's CRC-32 is optional. */
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
