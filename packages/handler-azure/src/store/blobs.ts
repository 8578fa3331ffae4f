import type { BlobGetPropertiesResponse } from '@azure/storage-blob';
import { type StoredObject, TransferError } from '@mesibo-files/handler-core';
import {
  fileUrlFor,
  isOurs,
  type ObjectFacts,
  parseContentDisposition,
  type Refused,
  refused,
  type SignerCall,
  type StagedObject,
  senderOf,
} from '@mesibo-files/handler-core/provider';
import { blobHeaders, objectIntegrity, wholeDigests } from '../format/metadata.ts';
import { landingName, markName } from '../format/names.ts';
import type { Settings } from '../options.ts';
import type { TicketFacts } from '../ticket.ts';
import type { SignerContext } from './context.ts';

/** What the store says of a blob. */
export type BlobHead = BlobGetPropertiesResponse & {
  readonly etag: string;
  readonly contentLength: number;
  readonly contentType: string;
};

/** What the store says of a blob that is committed, or null when there is none. */
export async function headBlob(
  { caller }: SignerContext,
  name: string,
  call: SignerCall,
): Promise<BlobHead | null> {
  const outcome = await caller.attempt(
    'looking at the object',
    call,
    ['BlobNotFound'],
    (container, options) => container.getBlobClient(name).getProperties(options),
  );
  if (outcome.code !== null) return null;
  const { output } = outcome;
  const { etag, contentLength, contentType, blobType } = output;
  // A header that something on the way left out is no value: an object of no bytes would be removed.
  if (
    etag === undefined ||
    contentLength === undefined ||
    contentType === undefined ||
    blobType === undefined
  ) {
    throw new TransferError('bad-answer', 'looking at the object: the answer is not of Azure');
  }
  return { ...output, etag, contentLength, contentType };
}

/** An object's facts, from the store's answer. */
export function objectFacts(head: BlobHead): ObjectFacts {
  return {
    size: head.contentLength,
    contentType: head.contentType,
    // A weak ETag, as a proxy makes it, matches nothing.
    version: head.etag.startsWith('W/') ? null : head.etag,
    integrity: objectIntegrity(head),
    name: parseContentDisposition(head.contentDisposition ?? ''),
    ...senderOf(head.metadata),
  };
}

/** A committed object: its facts, and the durable URL. */
export function storedObject(settings: Settings, key: string, head: BlobHead): StoredObject {
  return { ...objectFacts(head), key, url: fileUrlFor(settings.publicUrl ?? settings.baseUrl, key) };
}

/** A blob, as core compares it and as Azure tells it. */
export interface FoundBlob extends StagedObject {
  readonly head: BlobHead;
}

export function foundBlob(head: BlobHead): FoundBlob {
  return {
    head,
    size: head.contentLength,
    contentType: head.contentType,
    digests: wholeDigests(head),
    metadata: head.metadata ?? {},
    wrong: kindFault(head),
  };
}

/** Only block blobs are objects of ours; or null. */
function kindFault({ blobType }: BlobHead): Refused | null {
  return blobType === 'BlockBlob' ? null : refused('type-refused', 'the store holds another type of blob');
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

const COPYING_TO_KEY = 'copying the object to its place';

/** Something is under the key. The last is the source's condition as well: whoever is told `exists` looks. */
const EXISTS = [
  'BlobAlreadyExists',
  'UnauthorizedBlobOverwrite',
  'TargetConditionNotMet',
  'PendingCopyOperation',
  'ConditionNotMet',
];

/** The version to copy is not there any more. */
const CHANGED = ['SourceConditionNotMet', 'CannotVerifyCopySource', 'BlobNotFound'];

/** What became of a copy. `busy`: it goes on. */
type Copied = { readonly version: string } | 'exists' | 'changed' | 'busy';

/** What the object gets that the source has not. */
interface CopyTerms {
  /** In place of the source's; without it the source's is kept. */
  readonly metadata?: Record<string, string>;
  /** In place of the source's. */
  readonly tier?: string;
}

/**
 * Copies exactly this version of what waits to its key, where nobody holds a signature that may write, if nothing is
 * there. Within one account Azure does so at once as a rule, whatever the size, and keeps content headers.
 */
export async function copyToKey(
  { caller, presigner, settings }: SignerContext,
  facts: TicketFacts,
  version: string,
  terms: CopyTerms,
  call: SignerCall,
): Promise<Copied> {
  const name = landingName(facts, settings.prefix);
  const [source] = await presigner.sign(
    [{ method: 'GET', name, permission: 'r', query: '', headers: {} }],
    call,
  );
  const outcome = await caller.attempt(
    COPYING_TO_KEY,
    call,
    [...EXISTS, ...CHANGED],
    async (container, options) => {
      const poller = await container.getBlobClient(facts.key).beginCopyFromURL(source?.url ?? '', {
        ...options,
        ...terms,
        conditions: { ifNoneMatch: '*' },
        sourceConditions: { ifMatch: version },
      });
      return poller.getResult();
    },
  );
  if (outcome.code !== null) return EXISTS.includes(outcome.code) ? 'exists' : 'changed';
  if (outcome.output === undefined) return 'busy';
  const { etag, copyStatus } = outcome.output;
  if (copyStatus === 'success' && etag !== undefined) return { version: etag };
  throw new TransferError('bad-answer', `${COPYING_TO_KEY}: the answer is not of Azure`);
}

/**
 * What became of our copy under the key, by the store's word. One that failed has no bytes: it is removed, so that it
 * can be begun again.
 * @throws `server-error` with the store's own code, retryable, when it failed
 */
export async function copyState(
  context: SignerContext,
  facts: TicketFacts,
  head: BlobHead,
  call: SignerCall,
): Promise<'done' | 'busy'> {
  const { copyStatus, copyStatusDescription } = head;
  if (!isOurs(head.metadata, facts) || copyStatus === undefined || copyStatus === 'success') return 'done';
  if (copyStatus === 'pending') return 'busy';
  await removeBlob(context, facts.key, call, head.etag);
  throw new TransferError('server-error', `${COPYING_TO_KEY}: ${copyStatusDescription ?? copyStatus}`);
}

/** Whether a blob has its bytes: one that is still copied, or whose copy failed, is no object. */
export function isWhole({ copyStatus }: Pick<BlobHead, 'copyStatus'>): boolean {
  return copyStatus === undefined || copyStatus === 'success';
}

/** The source with the content headers of the ticket; null where its version is not there any more. */
export async function withPlannedHeaders(
  { caller, settings }: SignerContext,
  facts: TicketFacts,
  head: BlobHead,
  call: SignerCall,
): Promise<BlobHead | null> {
  const planned = blobHeaders(facts, settings);
  // Azure works out the MD5 of one request itself; for blocks it keeps whatever it is told.
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

/**
 * Marks the upload as refused by an empty blob with this metadata. Blocks have their mark beside them; what waits is
 * removed then, so that no copy of it can begin.
 */
export async function markRefused(
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

/** Deletes the blob that waits, whatever its version. Who may write blocks may also lease it: the lease is broken. */
export async function dropWaiting(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<void> {
  const name = landingName(facts, context.settings.prefix);
  if (await tryRemove(context, name, call, undefined, ['LeaseIdMissing'])) return;
  await context.caller.attempt('removing the object', call, ['BlobNotFound'], (container, options) =>
    container.getBlobClient(name).getBlobLeaseClient().breakLease(0, options),
  );
  await tryRemove(context, name, call);
}

/** Deletes a blob, if it is still of this version; that it is gone already is as good. */
export async function removeBlob(
  context: SignerContext,
  name: string,
  call: SignerCall,
  version?: string,
): Promise<void> {
  await tryRemove(context, name, call, version);
}

/** False: the store refused it with one of the `expected` codes. */
async function tryRemove(
  { caller }: SignerContext,
  name: string,
  call: SignerCall,
  version?: string,
  expected: readonly string[] = [],
): Promise<boolean> {
  const conditions = version === undefined ? {} : { conditions: { ifMatch: version } };
  const gone = ['BlobNotFound', ...(version === undefined ? [] : ['ConditionNotMet'])];
  const outcome = await caller.attempt(
    'removing the object',
    call,
    [...gone, ...expected],
    (container, options) =>
      // A create-only signature may also make snapshots.
      container.getBlobClient(name).delete({ ...options, ...conditions, deleteSnapshots: 'include' }),
  );
  return outcome.code === null || !expected.includes(outcome.code);
}
