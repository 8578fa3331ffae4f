import { TransferError } from '@mesibo-files/handler-core';
import type { Authorise, AuthoriseRequest, Decision } from '../context/authorise.ts';
import { Refusal } from '../http/refusal.ts';

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
  const decision = await decide(async () => authorise(request, signal), signal);
  if (decision?.allow === true) return decision;
  if (decision?.allow !== false) {
    throw new Refusal('authorise-failed', 'The function that authorises gave no decision.');
  }
  throw refusalOf(decision);
}

/** What a decision that refuses is answered with. */
export function refusalOf({ why, reason }: Extract<Decision, { allow: false }>): Refusal {
  const code = why === 'sign-in' ? 'unauthorised' : 'forbidden';
  return new Refusal(code, reason, code === 'unauthorised' ? { 'www-authenticate': 'Bearer' } : {});
}

/** Gets an answer of the owner's. @throws `Refusal` `authorise-failed`; `stopped` when the request was given up */
export async function decide<Answer>(asking: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  try {
    return await asking();
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    if (signal.aborted) throw new TransferError('stopped', 'the request was given up', { cause });
    throw new Refusal(
      'authorise-failed',
      'The `authorise` function failed, so the request was refused.',
      {},
      cause,
    );
  }
}
