import { type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { isOurs, refusalIn } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { headBlob } from './head.ts';
import { landingName, markName, waits } from './landing.ts';
import type { TicketFacts } from './ticket.ts';

/** Blocks in flight can arrive after a discard; so often it is repeated. */
const MOST_ROUNDS = 5;

/** Gives an upload up, and removes what the store holds of it; never what waits no more, for that was committed. */
export async function discard(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  if (facts.staging !== 'none') return discardStaged(context, facts, call);
  if (facts.way !== 'single') return dropBlocks(context, facts, call);
  const head = await headBlob(context, facts.key, call);
  if (head !== null && isOurs(head.metadata, facts)) await removeBlob(context, facts.key, call, head.etag);
}

/**
 * Drops what waits. A refusal stays marked while its client can still send: only the ticket of a sweep, which knows no
 * transfer, removes the mark.
 */
async function discardStaged(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  if (facts.way !== 'single') return dropBlocks(context, facts, call);
  const name = markName(facts, context.settings.prefix);
  const head = await headBlob(context, name, call);
  if (head === null || refusalIn(head.metadata ?? {}) !== null) return;
  await removeBlob(context, name, call, head.etag);
}

/**
 * Azure can't abort; its blocks lapse after a week. But a blob that is put together of none of them drops them all,
 * and can be deleted.
 */
async function dropBlocks(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  const name = landingName(facts, context.settings.prefix);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (!(await holdsSomething(context, name, call))) return;
    const emptied = await context.caller.attempt(
      'discarding the upload',
      call,
      ['BlobAlreadyExists', 'ConditionNotMet', 'InvalidBlobType'],
      (container, options) =>
        container
          .getBlockBlobClient(name)
          .commitBlockList([], { ...options, conditions: { ifNoneMatch: '*' } }),
    );
    if (emptied.code === null) await removeBlob(context, name, call, emptied.output.etag);
    // The name is taken. A staged blob is ours: delete it. A blob at the final key is someone else's: leave it.
    else if (waits(facts)) await dropWaiting(context, facts, call);
    else return;
  }
  throw new TransferError('server-error', 'discarding the upload: blocks of it keep arriving');
}

async function holdsSomething({ caller }: SignerContext, name: string, call: SignerCall): Promise<boolean> {
  const expected = ['BlobNotFound', 'InvalidBlobType'];
  const listed = await caller.attempt('discarding the upload', call, expected, (container, options) =>
    container.getBlockBlobClient(name).getBlockList('all', options),
  );
  return listed.code !== 'BlobNotFound';
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
      // Who may create may also make snapshots.
      container.getBlobClient(name).delete({ ...options, ...conditions, deleteSnapshots: 'include' }),
  );
  return outcome.code === null || !expected.includes(outcome.code);
}
