import { TransferError } from '@mesibo-files/handler-core';
import { Refusal } from '../http/refusal.ts';
import type { Authorise, AuthoriseRequest, Decision } from './types.ts';

/** A decision that allows. */
export type Allowed = Extract<Decision, { allow: true }>;

/**
 * Asks the owner. @throws `Refusal` `unauthorised` (401) or `forbidden` (403); `authorise-failed` (503) when the owner's
 * function throws or answers nonsense.
 */
export async function ask(
  authorise: Authorise,
  request: AuthoriseRequest,
  signal: AbortSignal,
): Promise<Allowed> {
  const decision = await decide(authorise, request, signal);
  if (decision?.allow === true) return decision;
  if (decision?.allow !== false) {
    throw new Refusal('authorise-failed', 'The function that authorises gave no decision.');
  }
  const code = decision.why === 'sign-in' ? 'unauthorised' : 'forbidden';
  throw new Refusal(code, decision.reason, code === 'unauthorised' ? { 'www-authenticate': 'Bearer' } : {});
}

async function decide(
  authorise: Authorise,
  request: AuthoriseRequest,
  signal: AbortSignal,
): Promise<Decision> {
  try {
    return await authorise(request, signal);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    if (signal.aborted) throw new TransferError('stopped', 'the request was given up', { cause });
    throw new Refusal('authorise-failed', 'Whether this is allowed could not be found out.', {}, cause);
  }
}
