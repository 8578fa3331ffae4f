import {
  isOurs,
  type Plan,
  partCount,
  partLength,
  pendingName,
  refusalIn,
  type SignerCall,
  type Stored,
} from '@mesibo-files/handler-core/provider';
import { planOf } from './begin.ts';
import { storedObject } from './format/metadata.ts';
import type { TinyContext } from './signer.ts';
import { landingKey, type TicketFacts } from './ticket.ts';

/** The plan again, and what the store holds: the committed object, parts, or nothing any more. */
export async function resume(
  context: TinyContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<{ readonly plan: Plan | null; readonly stored: Stored }> {
  const stored = await look(context, facts, call);
  return { plan: stored.state === 'gone' ? null : planOf(facts, context.clock.now(), []), stored };
}

async function look({ store, settings }: TinyContext, facts: TicketFacts, call: SignerCall): Promise<Stored> {
  const { upload, size, partSize } = facts;
  const listed = upload === null ? null : await store.parts(landingKey(facts, settings), upload, call);
  if (listed !== null)
    return { state: 'parts', parts: [...listed.values()].sort((a, b) => a.number - b.number) };
  const found = await store.find(facts.key, call);
  if (found !== null && isOurs(found.metadata, facts) && (size ?? found.size) === found.size) {
    return { state: 'committed', object: storedObject(settings, facts.key, found.answer) };
  }
  const waiting =
    facts.staging === 'none' ? null : await store.find(pendingName(settings.prefix, facts.key), call);
  if (waiting !== null) {
    if (refusalIn(waiting.metadata) !== null) return { state: 'gone' };
    // The whole file waits for its commit. None of its parts need be sent again.
    const numbers = Array.from({ length: partCount(waiting.size, partSize) }, (_, index) => index + 1);
    const digests = numbers.length === 1 ? waiting.digests : {};
    const parts = numbers.map((number) => ({
      number,
      size: partLength(number, waiting.size, partSize),
      digests,
    }));
    return { state: 'parts', parts };
  }
  // A single request leaves nothing behind that could be gone: it is sent again.
  return upload === null && found === null ? { state: 'parts', parts: [] } : { state: 'gone' };
}
