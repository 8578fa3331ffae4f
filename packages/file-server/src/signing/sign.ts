import type { SignAnswer, SignRequest } from '@mesibo-files/handler-core/wire';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { holdTicket } from './held-ticket.ts';

/** Signs requests for parts; the store's own ticket bounds which. */
export async function sign(
  context: ServerContext,
  scope: RequestScope,
  { ticket, parts, storeTime, refusal }: SignRequest,
): Promise<SignAnswer> {
  const { facts, signer, signing } = await holdTicket(context, scope, ticket);
  const call = { signal: scope.signal, ...(refusal === undefined ? {} : { refusal }) };
  await signing.storeTime.look(signer, facts.inner, storeTime ?? refusal, call);
  return { parts: await signer.sign(facts.inner, parts, call) };
}
