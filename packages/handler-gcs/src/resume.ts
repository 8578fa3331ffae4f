import {
  isOurs,
  type PartFacts,
  type Plan,
  partCount,
  partLength,
  refusalIn,
  type SignerCall,
  type Stored,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { headObject, objectFacts, storedObject } from './head.ts';
import { landingName } from './landing.ts';
import { listParts } from './listing.ts';
import { planOf } from './plan.ts';
import type { ObjectResource } from './resource.ts';
import { askSession } from './session.ts';
import type { TicketFacts } from './ticket.ts';

interface Resumed {
  readonly plan: Plan | null;
  readonly stored: Stored;
}

/** What the store holds of an upload: parts, a session that must be asked, the whole, or nothing any more. */
export async function resume(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Resumed> {
  const stored = await look(context, facts, call);
  return { plan: stored.state === 'gone' ? null : planOf(facts, context.clock.now(), []), stored };
}

async function look(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Stored> {
  const listed = facts.uploadId === null ? null : await listParts(context, facts, call);
  if (listed !== null) {
    const parts = [...listed.values()]
      .sort((a, b) => a.number - b.number)
      .map(({ number, size, digests }) => ({ number, size, digests }));
    return { state: 'parts', parts };
  }
  if (facts.session !== null && (await askSession(context, facts.session, call)) === 'open') {
    return { state: 'offset', offset: null };
  }
  const head = await headObject(context, facts.key, call);
  if (head !== null && isOurs(head.metadata, facts) && (facts.size ?? head.size) === head.size) {
    return { state: 'committed', object: storedObject(context, facts.key, objectFacts(head)) };
  }
  if (facts.staging !== 'none') {
    const waiting = await headObject(context, landingName(facts, context.settings), call);
    if (waiting !== null && refusalIn(waiting.metadata) !== null) return { state: 'gone' };
    if (waiting !== null) return waits(facts, waiting);
  }
  // A single request leaves nothing behind that could be gone: it is sent again.
  const again = head === null && facts.uploadId === null && facts.session === null;
  return again ? { state: 'parts', parts: [] } : { state: 'gone' };
}

/** A file that waits whole for its commit: nothing of it need be sent again. */
function waits(facts: TicketFacts, { size, digests }: ObjectResource): Stored {
  // The session is over, and says so to whoever asks.
  if (facts.session !== null) return { state: 'offset', offset: null };
  if (facts.uploadId === null) return { state: 'parts', parts: [{ number: 1, size, digests }] };
  const parts = Array.from(
    { length: partCount(size, facts.partSize) },
    (_, index): PartFacts => ({
      number: index + 1,
      size: partLength(index + 1, size, facts.partSize),
      digests: {},
    }),
  );
  return { state: 'parts', parts };
}
