import { dropOwn, dropPending, type SignerCall } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './store/context.ts';
import { finalPlace, headObject, removeObject } from './store/head.ts';
import { abortUpload } from './store/multipart.ts';
import { cancelSession } from './store/session.ts';
import { landingName, type TicketFacts } from './ticket.ts';

/**
 * Gives an upload up, and removes what the store holds of it. Of a trusted one that is its object too: the answer to
 * its commit may have been lost.
 */
export async function discard(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  const ended = await endUpload(context, facts, call);
  if (facts.staging !== 'none') {
    const name = landingName(facts, context.settings);
    return dropPending(
      {
        waiting: () => headObject(context, name, call),
        remove: ({ generation }) => removeObject(context, name, call, generation),
      },
      facts,
    );
  }
  if (!ended) await dropOwn(finalPlace(context, facts, call), facts);
}

/** Takes from an upload that nothing came of what it needs to go on. False: something may have come of it. */
export async function endUpload(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<boolean> {
  if (facts.session !== null) await cancelSession(context, facts.session, call);
  return facts.uploadId !== null && abortUpload(context, facts, facts.uploadId, call);
}
