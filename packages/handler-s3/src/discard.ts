import { dropOwn, dropPending, pendingName, type SignerCall } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './store/context.ts';
import { type FoundHead, finalPlace, findObject, removeObject } from './store/head.ts';
import { abortUpload } from './store/multipart.ts';
import type { TicketFacts } from './ticket.ts';

/**
 * Gives an upload up, and removes what the store holds of it. Of a trusted one that is its object too: the answer to
 * its commit may have been lost.
 */
export async function discard(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  const aborted = facts.uploadId !== null && (await abortUpload(context, facts, facts.uploadId, call));
  if (facts.staging === 'readable') {
    const name = pendingName(context.settings.prefix, facts.key);
    const waiting = (): Promise<FoundHead | null> => findObject(context, facts, name, call);
    return dropPending({ waiting, remove: () => removeObject(context, name, call) }, facts);
  }
  if (facts.staging === 'none' && !aborted) await dropOwn(finalPlace(context, facts, call), facts);
}
