import { type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { isOurs } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { headBlob } from './head.ts';
import { blocksName } from './staging.ts';
import type { TicketFacts } from './ticket.ts';

/** Blocks in flight can arrive after a discard; so often it is repeated. */
const MOST_ROUNDS = 5;

/** Gives an upload up, and removes what the store holds of it. */
export async function discard(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  if (facts.way !== 'single') return dropBlocks(context, facts, call);
  const head = await headBlob(context, facts.key, call);
  if (head !== null && isOurs(head.metadata, facts)) await removeBlob(context, facts.key, call, head.etag);
}

/**
 * Azure can't abort; its blocks lapse after a week. But a blob that is put together of none of them drops them all,
 * and can be deleted.
 */
async function dropBlocks(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  const name = blocksName(facts, context.settings.prefix);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (!(await holdsBlocks(context, name, call))) return;
    const emptied = await context.caller.attempt(
      'discarding the upload',
      call,
      ['BlobAlreadyExists', 'ConditionNotMet'],
      (container, options) =>
        container
          .getBlockBlobClient(name)
          .commitBlockList([], { ...options, conditions: { ifNoneMatch: '*' } }),
    );
    if (emptied.code === null) await removeBlob(context, name, call, emptied.output.etag);
    // What was staged is put together already, and ours alone; of the object itself the answer is that it is another's.
    else if (facts.way === 'staged') await removeBlob(context, name, call);
    else return;
  }
  throw new TransferError('server-error', 'discarding the upload: blocks of it keep arriving');
}

async function holdsBlocks({ caller }: SignerContext, name: string, call: SignerCall): Promise<boolean> {
  const listed = await caller.attempt('discarding the upload', call, ['BlobNotFound'], (container, options) =>
    container.getBlockBlobClient(name).getBlockList('all', options),
  );
  return listed.code === null;
}

/** Deletes a blob, if it is still of this version; that it is gone already is as good. */
export async function removeBlob(
  { caller }: SignerContext,
  name: string,
  call: SignerCall,
  version?: string,
): Promise<void> {
  const conditions = version === undefined ? {} : { conditions: { ifMatch: version } };
  const gone = ['BlobNotFound', ...(version === undefined ? [] : ['ConditionNotMet'])];
  await caller.attempt('removing the object', call, gone, (container, options) =>
    // Who may create may also make snapshots.
    container.getBlobClient(name).delete({ ...options, ...conditions, deleteSnapshots: 'include' }),
  );
}
