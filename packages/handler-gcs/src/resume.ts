import type { Plan, SignerCall, Stored } from '@mesibo-files/handler-core';
import { isOurs } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { headObject, objectFacts, storedObject } from './head.ts';
import { listParts } from './listing.ts';
import { planOf } from './plan.ts';
import { askSession } from './session.ts';
import type { TicketFacts } from './ticket.ts';

interface Resumed {
  readonly plan: Plan | null;
  readonly stored: Stored;
}

/** What the store holds of an upload: parts, a session that must be asked, the whole, or nothing any more. */
export async function resume(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Resumed> {
  const plan = planOf(facts, context.clock.now(), []);
  if (facts.uploadId !== null) {
    const listed = await listParts(context, facts, call);
    if (listed !== null) {
      const parts = [...listed.values()]
        .sort((a, b) => a.number - b.number)
        .map(({ number, size, digests }) => ({ number, size, digests }));
      return { plan, stored: { state: 'parts', parts } };
    }
  }
  if (facts.session !== null && (await askSession(context, facts.session, call)) === 'open') {
    return { plan, stored: { state: 'offset', offset: null } };
  }
  const head = await headObject(context, facts.key, call);
  // A single request leaves nothing behind that could be gone: it is sent again.
  if (head === null && facts.uploadId === null && facts.session === null) {
    return { plan, stored: { state: 'parts', parts: [] } };
  }
  const whole = head !== null && isOurs(head.metadata, facts) && (facts.size ?? head.size) === head.size;
  if (!whole) return { plan: null, stored: { state: 'gone' } };
  return {
    plan,
    stored: { state: 'committed', object: storedObject(context, facts.key, objectFacts(head)) },
  };
}
