import { isOurs, refusalIn, type SignerCall } from '@mesibo-files/handler-core/provider';
import { markName } from './format/names.ts';
import { headBlob, removeBlob } from './store/blobs.ts';
import { dropBlocks } from './store/blocks.ts';
import type { SignerContext } from './store/context.ts';
import type { TicketFacts } from './ticket.ts';

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
