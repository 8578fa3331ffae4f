import { type Commit, type Manifest, type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { isOurs } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { headBlob } from './head.ts';
import type { TicketFacts } from './ticket.ts';
import { verify } from './verify.ts';

/** The upload is no more: an earlier commit, whose answer was lost, may have ended it. */
export async function findCommitted(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const head = await headBlob(context, facts.key, call);
  if (head === null || !isOurs(head.metadata, facts)) return { state: 'gone' };
  if (head.copyStatus === 'pending') {
    throw new TransferError('server-error', 'the store is still copying the object to its place');
  }
  return verify(context, facts, manifest, head, call);
}
