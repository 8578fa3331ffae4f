import {
  isOurs,
  type PartFacts,
  type Plan,
  partCount,
  partLength,
  pendingName,
  refusalIn,
  type SignerCall,
  type Stored,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { type FoundHead, findObject } from './found.ts';
import { objectFacts, storedObject } from './head.ts';
import { listParts } from './listing.ts';
import { planOf } from './plan.ts';
import type { TicketFacts } from './ticket.ts';

interface Resumed {
  readonly plan: Plan | null;
  readonly stored: Stored;
}

/** What the store holds of an upload: parts, the whole, or nothing any more. */
export async function resume(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Resumed> {
  const stored = await look(context, facts, call);
  return { plan: stored.state === 'gone' ? null : planOf(facts, context.clock.now(), []), stored };
}

async function look(context: SignerContext, facts: TicketFacts, call: SignerCall): Promise<Stored> {
  const listed = facts.uploadId === null ? null : await listParts(context, facts, call);
  if (listed !== null && listed.size > 0) {
    const parts = [...listed.values()]
      .sort((a, b) => a.number - b.number)
      .map(({ number, size, digests }) => ({ number, size, digests }));
    return { state: 'parts', parts };
  }
  const found = await findObject(context, facts, facts.key, call);
  if (found !== null && isOurs(found.metadata, facts) && (facts.size ?? found.size) === found.size) {
    return {
      state: 'committed',
      object: await storedObject(context, facts.key, objectFacts(found.head)),
    };
  }
  if (facts.staging === 'readable') {
    const name = pendingName(context.settings.prefix, facts.key);
    const waiting = await findObject(context, facts, name, call);
    if (waiting !== null && refusalIn(waiting.metadata) !== null) return { state: 'gone' };
    if (waiting !== null) return { state: 'parts', parts: waitingParts(facts, waiting) };
  }
  // A single request leaves nothing behind that could be gone: it is sent again. An upload may hold nothing yet.
  const again = listed !== null || (facts.uploadId === null && found === null);
  return again ? { state: 'parts', parts: [] } : { state: 'gone' };
}

/** The parts of a file that waits whole for its commit: none need be sent again. */
function waitingParts(facts: TicketFacts, { size, digests }: FoundHead): readonly PartFacts[] {
  if (facts.single) return [{ number: 1, size, digests }];
  return Array.from({ length: partCount(size, facts.partSize) }, (_, index) => ({
    number: index + 1,
    size: partLength(index + 1, size, facts.partSize),
    digests: {},
  }));
}
