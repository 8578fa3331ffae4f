import {
  endedUpload,
  partsInOrder,
  partsOfWhole,
  pendingName,
  type Resumed,
  resumed,
  type SignerCall,
  type Stored,
} from '@mesibo-files/handler-core/provider';
import { planOf } from './begin.ts';
import type { SignerContext } from './store/context.ts';
import { type FoundHead, finalPlace, findObject } from './store/head.ts';
import { listParts } from './store/multipart.ts';
import type { TicketFacts } from './ticket.ts';

/** What the store holds of an upload: parts, the whole, or nothing any more. */
export async function resume(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Resumed> {
  return resumed(await look(context, facts, call), () => planOf(facts, context.clock.now(), []));
}

async function look(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Stored> {
  const listed = facts.uploadId === null ? null : await listParts(context, facts, call);
  if (listed !== null && listed.size > 0) return { state: 'parts', parts: partsInOrder(listed) };
  const name = pendingName(context.settings.prefix, facts.key);
  const places = {
    final: finalPlace(context, facts, call),
    whole: (waiting: FoundHead): Stored => whole(facts, waiting),
    ...(facts.staging === 'readable' ? { waiting: () => findObject(context, facts, name, call) } : {}),
  };
  return endedUpload(places, facts, (free) => {
    // A single request leaves nothing behind that could be gone: it is sent again. An upload may hold nothing yet.
    const again = listed !== null || (facts.uploadId === null && free);
    return again ? { state: 'parts', parts: [] } : { state: 'gone' };
  });
}

function whole({ single, partSize }: TicketFacts, { size, digests }: FoundHead): Stored {
  return {
    state: 'parts',
    parts: single ? [{ number: 1, size, digests }] : partsOfWhole(size, partSize),
  };
}
