import { type StoredObject, TransferError } from '@mesibo-files/handler-core';
import {
  assertUndecided,
  isOurs,
  type Landed,
  type Manifest,
  type ReadPlan,
  type Refused,
  refusalIn,
  refused,
  type SignerCall,
  type StagedStore,
  senderOfTicket,
} from '@mesibo-files/handler-core/provider';
import { assemble, isCombined, missingParts } from './assemble.ts';
import type { SignerContext } from './context.ts';
import { copyState, copyToKey, isWhole } from './copy.ts';
import { dropWaiting } from './discard.ts';
import { type FoundBlob, finalPlace, foundBlob } from './found.ts';
import { type BlobHead, headBlob, storedObject } from './head.ts';
import { wholeDigests } from './integrity.ts';
import { landingName, markName } from './landing.ts';
import { listBlocks } from './listing.ts';
import { blobHeaders, metadataOf } from './metadata.ts';
import { read } from './read.ts';
import type { TicketFacts } from './ticket.ts';

/** What Azure does for the commit of an upload of a client that is not trusted. */
export function stagedStore(
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
    mark: (metadata) => mark(context, facts, metadata, call),
  };
}

/** @throws `upload-ended` for an upload that was committed or refused */
export async function assertOpen(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<void> {
  const [waiting, committed] = await Promise.all([
    headBlob(context, markName(facts, context.settings.prefix), call),
    committedBlob(context, facts, call),
  ]);
  await assertUndecided(waiting === null ? null : foundBlob(waiting), async () => committed, facts);
}

/** What a commit made of the upload. A copy that failed has made nothing. */
export async function committedBlob(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<FoundBlob | 'busy' | null> {
  const head = await headBlob(context, facts.key, call);
  if (head === null) return null;
  if (isWhole(head) || !isOurs(head.metadata, facts)) return foundBlob(head);
  return head.copyStatus === 'pending' ? 'busy' : null;
}

async function landedBlob(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Landed<FoundBlob>> {
  const head = await headBlob(context, landingName(facts, context.settings.prefix), call);
  // Who may create may also begin a copy of something; while that goes on nothing is there.
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
 * Of what waits only Azure's own MD5 is believed. Its metadata is the client's, and looked at for the mark of a refusal
 * only; the object will have the ticket's.
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

/** What is archived can't be copied, nor read. */
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

/** The source with the content headers of the ticket; null where its version is not there any more. */
async function withPlannedHeaders(
  { caller, settings }: SignerContext,
  facts: TicketFacts,
  head: BlobHead,
  call: SignerCall,
): Promise<BlobHead | null> {
  const planned = blobHeaders(facts, settings);
  // Of one request Azure worked it out itself; of blocks it keeps whatever it is told.
  const { contentMD5 } = facts.way === 'single' ? head : {};
  if (
    head.contentType === planned.blobContentType &&
    head.contentDisposition === planned.blobContentDisposition &&
    head.cacheControl === planned.blobCacheControl &&
    !head.contentEncoding &&
    !head.contentLanguage &&
    head.contentMD5 === contentMD5
  ) {
    return head;
  }
  const gone = ['ConditionNotMet', 'BlobNotFound'];
  const outcome = await caller.attempt('stating the headers', call, gone, (container, options) =>
    container
      .getBlobClient(landingName(facts, settings.prefix))
      .setHTTPHeaders(
        { ...planned, ...(contentMD5 === undefined ? {} : { blobContentMD5: contentMD5 }) },
        { ...options, conditions: { ifMatch: head.etag } },
      ),
  );
  if (outcome.code !== null) return null;
  const { etag } = outcome.output;
  if (etag === undefined)
    throw new TransferError('bad-answer', 'stating the headers: the answer is not of Azure');
  const { contentMD5: _, ...rest } = head;
  return {
    ...rest,
    etag,
    ...(contentMD5 === undefined ? {} : { contentMD5 }),
    contentType: facts.contentType,
    contentDisposition: planned.blobContentDisposition ?? '',
  };
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
 * Marks the upload as refused by an empty blob with this metadata. Blocks have their mark beside them; what waits is
 * removed then, so that no copy of it can begin.
 */
async function mark(
  context: SignerContext,
  facts: TicketFacts,
  metadata: Record<string, string>,
  call: SignerCall,
): Promise<void> {
  const name = markName(facts, context.settings.prefix);
  const put = (expected: readonly string[]): Promise<{ readonly code: string | null }> =>
    context.caller.attempt('refusing the upload', call, expected, (container, options) =>
      container.getBlockBlobClient(name).upload('', 0, { ...options, metadata }),
    );
  // What a client archived can't be overwritten.
  if ((await put(['BlobArchived'])).code !== null) {
    await dropWaiting(context, facts, call);
    await put([]);
  }
  if (facts.way !== 'single') await dropWaiting(context, facts, call);
}
