import { abortParts, dropOwn, refusalIn, type SignerCall } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { finalPlace } from './found.ts';
import { headObject, removeObject } from './head.ts';
import { landingName } from './landing.ts';
import { listParts, UPLOAD_GONE } from './listing.ts';
import { xmlUrl } from './location.ts';
import { cancelSession } from './session.ts';
import type { TicketFacts } from './ticket.ts';

/**
 * Gives an upload up, and removes what the store holds of it. Of a trusted one that is its object too: the answer to
 * its commit may have been lost.
 */
export async function discard(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  const ended = await endUpload(context, facts, call);
  if (facts.staging !== 'none') return dropPending(context, facts, call);
  if (!ended) await dropOwn(finalPlace(context, facts, call), facts);
}

/** Takes from an upload that nothing came of what it needs to go on. False: something may have come of it. */
export async function endUpload(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<boolean> {
  if (facts.session !== null) await cancelSession(context, facts.session, call);
  const { uploadId } = facts;
  if (uploadId === null) return false;
  const url = xmlUrl(context.location, landingName(facts, context.settings), { uploadId });
  const abort = async (): Promise<boolean> => {
    const { code } = await context.caller.send(
      'discarding the upload',
      call,
      { method: 'DELETE', url, by: 'token' },
      (answer) => UPLOAD_GONE.includes(answer.code ?? ''),
    );
    return code === null;
  };
  return abortParts(abort, () => listParts(context, facts, call));
}

/** Removes what waits, unless it is the mark of a refusal: that goes with time, by the sweeper or the lifecycle rule. */
async function dropPending(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  const name = landingName(facts, context.settings);
  const found = await headObject(context, name, call);
  if (found === null) return;
  const swept = facts.transferId === '';
  if (swept || refusalIn(found.metadata) === null) await removeObject(context, name, call, found.generation);
}
