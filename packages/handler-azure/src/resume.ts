import type { Plan, SignerCall, Stored } from '@mesibo-files/handler-core';
import { isOurs } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { headBlob, storedObject } from './head.ts';
import { listBlocks } from './listing.ts';
import { planOf } from './plan.ts';
import type { TicketFacts } from './ticket.ts';

interface Resumed {
  readonly plan: Plan | null;
  readonly stored: Stored;
}

/** What the store holds of an upload: blocks (their sizes, for it tells no digests), the whole, or nothing any more. */
export async function resume(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Resumed> {
  await context.ready(call);
  if (facts.way !== 'single') {
    const listed = await listBlocks(context, facts, call);
    if (listed !== null) {
      const parts = [...listed.sizes]
        .sort(([a], [b]) => a - b)
        .map(([number, size]) => ({ number, size, digests: {} }));
      return { plan: planOf(context, facts, []), stored: { state: 'parts', parts } };
    }
  }
  const head = await headBlob(context, facts.key, call);
  const plan = planOf(context, facts, []);
  // A single request leaves nothing behind that could be gone: it is sent again.
  if (head === null && facts.way === 'single') return { plan, stored: { state: 'parts', parts: [] } };
  const whole =
    head !== null &&
    isOurs(head.metadata, facts) &&
    (facts.size ?? head.contentLength) === head.contentLength;
  if (!whole || head.copyStatus === 'pending') return { plan: null, stored: { state: 'gone' } };
  return { plan, stored: { state: 'committed', object: storedObject(context.settings, facts.key, head) } };
}
