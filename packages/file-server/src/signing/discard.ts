import type { Nothing, TicketRequest } from '@mesibo-files/handler-core/wire';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { release } from '../quota/hold.ts';
import { holdTicket } from './held-ticket.ts';

/** Gives up an upload. A committed file stays: it may already be in a message. */
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
