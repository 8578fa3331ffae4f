import type { Plan, SignerCall, Stored } from '@mesibo-files/handler-core';
import { isOurs } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { headObject, objectFacts, storedObject } from './head.ts';
import { listParts } from './listing.ts';
import { planOf } from './plan.ts';
import type { TicketFacts } from './ticket.ts';

interface Resumed {
  readonly plan: Plan | null;
  readonly stored: Stored;
}

/** What the store holds of an upload: parts, the whole, or nothing any more. */
export async function resume(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Resumed> {
  if (facts.uploadId !== null) {
    const listed = await listParts(context, facts, call);
    if (listed !== null) {
      const parts = [...listed.values()]
        .sort((a, b) => a.number - b.number)
        .map(({ number, size, digests }) => ({ number, size, digests }));
      return { plan: planOf(facts, context.clock.now(), []), stored: { state: 'parts', parts } };
    }
  }
  const head = await headObject(context, facts.key, call);
  const plan = planOf(facts, context.clock.now(), []);
  // A single request leaves nothing behind that could be gone: it is sent again.
  if (head === null && facts.uploadId === null) return { plan, stored: { state: 'parts', parts: [] } };
  const whole =
    head !== null &&
    isOurs(head.Metadata, facts) &&
    (facts.size ?? head.ContentLength) === head.ContentLength;
  if (!whole) return { plan: null, stored: { state: 'gone' } };
  const object = await storedObject(context, facts.key, objectFacts(head));
  return { plan, stored: { state: 'committed', object } };
}
