import { pendingName } from '@mesibo-files/handler-core/provider';
import type { Settings } from './settings.ts';
import type { TicketFacts } from './ticket.ts';

/**
 * The name under which the bytes of an upload land: the final key for a trusted client, else the pending name. Parts,
 * too: the store states no digest of one, so only the object that they make can be verified.
 */
export function landingName(facts: TicketFacts, { prefix }: Pick<Settings, 'prefix'>): string {
  return facts.staging === 'none' ? facts.key : pendingName(prefix, facts.key);
}
