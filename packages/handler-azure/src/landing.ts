import { pendingName } from '@mesibo-files/handler-core/provider';
import type { TicketFacts } from './ticket.ts';

/** What decides on the names of an upload. */
type Named = Pick<TicketFacts, 'key' | 'way' | 'staging'>;

/** Whether the bytes of an upload land under another name than its key, and the commit copies them. */
export function waits({ way, staging }: Pick<Named, 'way' | 'staging'>): boolean {
  return staging !== 'none' || way === 'staged';
}

/** The name under which the bytes of an upload land. */
export function landingName(facts: Named, prefix: string): string {
  return waits(facts) ? pendingName(prefix, facts.key) : facts.key;
}

/**
 * The name under which a refusal of a staged upload is marked. Nothing that was signed for the client may write there
 * once it is marked: who may only create can't overwrite, but who may write blocks can.
 */
export function markName({ key, way }: Named, prefix: string): string {
  const name = pendingName(prefix, key);
  return way === 'single' ? name : `${name}.refused`;
}
