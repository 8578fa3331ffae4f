import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { release } from '../quota/hold.ts';
import { holdTicket } from './held-ticket.ts';
import type { Nothing } from './wire/answers.ts';
import type { TicketRequest } from './wire/requests.ts';

/** Gives an upload up. A committed file may stand in a message already: it stays, and is removed as a file. */
export async function discard(
  context: ServerContext,
  scope: RequestScope,
  { ticket }: TicketRequest,
): Promise<Nothing> {
  const { facts, signer } = await holdTicket(context, scope, ticket);
  await signer.discard(facts.inner, { signal: scope.signal });
  await release(context, facts.holding);
  return {};
}
