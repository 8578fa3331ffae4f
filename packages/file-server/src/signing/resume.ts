import type { ServerContext } from '../context.ts';
import type { RequestScope } from '../scope.ts';
import { credentialHash, holdTicket } from './held-ticket.ts';
import type { ResumeAnswer } from './wire/answers.ts';
import type { TicketRequest } from './wire/requests.ts';

/** What the store holds of an upload, and the plan again: authorised anew, its ticket renewed. */
export async function resume(
  context: ServerContext,
  scope: RequestScope,
  { ticket }: TicketRequest,
): Promise<ResumeAnswer> {
  const { clock, limits } = context;
  const { facts, signer, desk } = await holdTicket(context, scope, ticket, true);
  const { plan, stored } = await signer.resume(facts.inner, { signal: scope.signal });
  if (plan === null) return { plan, stored };
  const renewed = await desk.seal.seal({
    ...facts,
    inner: plan.ticket,
    until: clock.now() + plan.keptFor,
    credential: credentialHash(scope.credential),
    authorisedUntil: clock.now() + limits.authorisedFor,
  });
  return { plan: { ...plan, ticket: renewed }, stored };
}
