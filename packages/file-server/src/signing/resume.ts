import type { ResumeAnswer, TicketRequest } from '@mesibo-files/handler-core/wire';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { renew, settle } from '../quota/hold.ts';
import { credentialHash, holdTicket } from './held-ticket.ts';

/** What the store holds of an upload, and the plan again: authorised anew, its ticket renewed. */
export async function resume(
  context: ServerContext,
  scope: RequestScope,
  { ticket }: TicketRequest,
): Promise<ResumeAnswer> {
  const { clock, limits } = context;
  const { facts, signer, signing } = await holdTicket(context, scope, ticket, true);
  const { plan, stored } = await signer.resume(facts.inner, { signal: scope.signal });
  // A client that finds its upload complete makes no commit.
  if (stored.state === 'committed') await settle(context, facts.holding, stored.object.size);
  if (plan === null) return { plan, stored };
  if (stored.state !== 'committed') {
    await renew(context, facts.holding, { bytes: facts.size ?? facts.maxSize, keptFor: plan.keptFor });
  }
  const renewed = await signing.tickets.seal({
    ...facts,
    inner: plan.ticket,
    until: clock.now() + plan.keptFor,
    credential: credentialHash(scope.credential),
    authorisedUntil: clock.now() + limits.authorisedFor,
  });
  return { plan: { ...plan, ticket: renewed }, stored };
}
