import {
  abortParts,
  dropOwn,
  pendingName,
  refusalIn,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import { finalPlace } from './commit.ts';
import type { TinyContext } from './signer.ts';
import { landingKey, type TicketFacts } from './ticket.ts';

/** Gives up an upload, and removes what the store holds of it. It never touches a committed staged object. */
export async function discard(context: TinyContext, facts: TicketFacts, call: SignerCall): Promise<void> {
  const aborted = await abortUpload(context, facts, call);
  if (facts.staging === 'none') {
    if (!aborted) await dropOwn(finalPlace(context, facts, call), facts);
    return;
  }
  const name = pendingName(context.settings.prefix, facts.key);
  // The mark of a refusal stays until the sweeper comes, whose tickets have no transfer id.
  const waiting = facts.transferId === '' ? null : await context.store.find(name, call);
  if (waiting === null || refusalIn(waiting.metadata) === null) await context.store.remove(name, call);
}

/** Aborts an upload of parts. False: there was none, or the store no longer knew it. */
export async function abortUpload(
  { store, settings }: TinyContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<boolean> {
  const { upload } = facts;
  if (upload === null) return false;
  const key = landingKey(facts, settings);
  return abortParts(
    () => store.abort(key, upload, call),
    () => store.parts(key, upload, call),
  );
}
