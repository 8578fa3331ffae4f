import type { TicketKey } from '../../src/context/options.ts';

/** The one token that tests may show, where no user is told from another. */
export const token = 'the-token-of-these-tests';

export const ticketKeys: readonly [TicketKey, ...TicketKey[]] = [
  { id: 'first', secret: 'a secret of these tests, longer than 32 bytes' },
];
