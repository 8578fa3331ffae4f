import type { ServerContext } from '../context.ts';
import type { RequestScope } from '../scope.ts';
import { holdTicket } from './held-ticket.ts';
import type { SignAnswer } from './wire/answers.ts';
import type { SignRequest } from './wire/requests.ts';

/** Signs requests for parts; the store's own ticket bounds which. */
export async function sign(
  context: ServerContext,
  scope: RequestScope,
  { ticket, parts, storeTime }: SignRequest,
): Promise<SignAnswer> {
  const { facts, signer, desk } = await holdTicket(context, scope, ticket);
  const call = { signal: scope.signal };
  await desk.storeTime.look(signer, facts.inner, storeTime, call);
  return { parts: await signer.sign(facts.inner, parts, call) };
}
