import { ask } from '../authorise/ask.ts';
import type { ServerContext } from '../context.ts';
import { release } from '../quota/hold.ts';
import type { RequestScope } from '../scope.ts';
import { holdTicket } from './held-ticket.ts';
import type { Nothing } from './wire/answers.ts';
import type { TicketRequest } from './wire/requests.ts';

/**
 * Gives an upload up. One that is complete may stand in a message already, which a server that keeps nothing can't
 * know: to discard it is to remove a file, and authorised as such.
 */
export async function discard(
  context: ServerContext,
  scope: RequestScope,
  { ticket }: TicketRequest,
): Promise<Nothing> {
  const { facts, signer } = await holdTicket(context, scope, ticket);
  const { signal, credential } = scope;
  const { stored } = await signer.resume(facts.inner, { signal });
  if (stored.state === 'committed') {
    const { object } = stored;
    await ask(
      context.authorise,
      { action: 'remove', credential, url: object.url, key: object.key, object },
      signal,
    );
  }
  await signer.discard(facts.inner, { signal });
  await release(context, facts.holding);
  return {};
}
