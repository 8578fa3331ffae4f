import {
  endedUpload,
  partsInOrder,
  partsOfWhole,
  type Resumed,
  resumed,
  type SignerCall,
  type Stored,
} from '@mesibo-files/handler-core/provider';
import { planOf } from './begin.ts';
import type { ObjectResource } from './format/metadata.ts';
import type { SignerContext } from './store/context.ts';
import { finalPlace, headObject } from './store/head.ts';
import { listParts } from './store/multipart.ts';
import { askSession } from './store/session.ts';
import { landingName, type TicketFacts } from './ticket.ts';

/** What the store holds of an upload: parts, a session that must be asked, the whole, or nothing any more. */
export async function resume(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Resumed> {
  return resumed(await look(context, facts, call), () => planOf(facts, context.clock.now(), []));
}

async function look(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Stored> {
  const listed = facts.uploadId === null ? null : await listParts(context, facts, call);
  if (listed !== null) return { state: 'parts', parts: partsInOrder(listed) };
  if (facts.session !== null && (await askSession(context, facts.session, call)) === 'open') {
    return { state: 'offset', offset: null };
  }
  const name = landingName(facts, context.settings);
  const places = {
    final: finalPlace(context, facts, call),
    whole: (waiting: ObjectResource): Stored => whole(facts, waiting),
    ...(facts.staging === 'none' ? {} : { waiting: () => headObject(context, name, call) }),
  };
  return endedUpload(places, facts, (free) => {
    // A single request leaves nothing behind that could be gone: it is sent again.
    const again = free && facts.uploadId === null && facts.session === null;
    return again ? { state: 'parts', parts: [] } : { state: 'gone' };
  });
}

function whole({ session, uploadId, partSize }: TicketFacts, { size, digests }: ObjectResource): Stored {
  // The session is over, and says so to whoever asks.
  if (session !== null) return { state: 'offset', offset: null };
  return {
    state: 'parts',
    parts: uploadId === null ? [{ number: 1, size, digests }] : partsOfWhole(size, partSize),
  };
}
