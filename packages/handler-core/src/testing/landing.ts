import { cleanPrefix } from '../naming/object-key.ts';
import { pendingName } from '../provider/pending-key.ts';
import type { SignerSettings } from './signer-options.ts';
import type { TicketFacts } from './ticket.ts';

/** Whether the commit promotes what this upload sends. */
export function isStaged(ticket: TicketFacts): boolean {
  return ticket.staging !== 'none';
}

/** The name under which the bytes of an upload land: the final key only where nobody can read them there. */
export function landingName({ prefix }: SignerSettings, ticket: TicketFacts): string {
  const { staging, shape, key } = ticket;
  const invisible = shape === 'parts' && staging === 'hidden';
  return !isStaged(ticket) || invisible ? key : pendingName(cleanPrefix(prefix), key);
}
