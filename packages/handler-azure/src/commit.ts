import { TransferError } from '@mesibo-files/handler-core';
import {
  COPYING,
  type Commit,
  type CommitCall,
  commitFound,
  commitStaged,
  isOurs,
  type Manifest,
  manifestFault,
  type Refused,
  refused,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import { assemble, isCombined, missingParts } from './assemble.ts';
import type { SignerContext } from './context.ts';
import { copyState, copyToKey } from './copy.ts';
import { discard, dropWaiting } from './discard.ts';
import { finalPlace, foundBlob } from './found.ts';
import { headBlob } from './head.ts';
import { type ListedBlocks, listBlocks } from './listing.ts';
import { stagedStore } from './staged.ts';
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

/** Nothing bound size and type, so even a request that was answered is looked at. */
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
