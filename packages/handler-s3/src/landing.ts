import { pendingName } from '@mesibo-files/handler-core/provider';
import type { Settings } from './settings.ts';
import type { TicketFacts } from './ticket.ts';

/**
 * The name under which the bytes of an upload land. Parts are invisible until they are put together, so only an owner
 * who reads them before the commit needs them elsewhere than under the final key.
 */
export function landingName(facts: TicketFacts, { prefix }: Pick<Settings, 'prefix'>): string {
  return facts.staging === 'readable' ? pendingName(prefix, facts.key) : facts.key;
}
