import type { FinalPlace, SignerCall } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { headObject, objectFacts, removeObject, storedObject } from './head.ts';
import type { ObjectResource } from './resource.ts';
import type { TicketFacts } from './ticket.ts';

/** The place of an upload under its final key. */
export function finalPlace(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): FinalPlace<ObjectResource> {
  return {
    committed: () => headObject(context, facts.key, call),
    storedObject: async (found) => storedObject(context, facts.key, objectFacts(found)),
    remove: ({ generation }) => removeObject(context, facts.key, call, generation),
  };
}
