import type { AuthoriseRequest, Credential, EarlyDecision } from '../context/authorise.ts';
import type { ServerContext } from '../context/context.ts';
import type { RateKind } from '../context/limits.ts';
import type { RequestScope } from '../context/scope.ts';
import { seconds } from '../http/problem.ts';
import { Refusal } from '../http/refusal.ts';
import { decide, refusalOf } from './ask.ts';

/** Who asks, as far as it is known before anything is read, or asked of a store. */
export interface Caller {
  /** Its credential is good. */
  readonly known: boolean;
  /** As the credential proves. */
  readonly uid: number | null;
}

const STRANGER: Caller = { known: false, uid: null };

/** What somebody wants, before more of it is looked at. */
export interface Wanted {
  readonly kind: RateKind;
  /** Null: only the share is taken, and nothing is judged. */
  readonly action: AuthoriseRequest['action'] | null;
  readonly credential: Credential;
}

/**
 * Stands in front of every operation. Judges the credential as far as it can be without the file, takes the request from
 * the share of the user that it proves, else of the address, and then refuses or lets pass. Nothing was read of a body
 * before, and nothing asked of a store.
 * @throws `Refusal` `rate-limited`, `unauthorised`, `forbidden`, `authorise-failed`
 */
export async function admit(context: ServerContext, scope: RequestScope, wanted: Wanted): Promise<Caller> {
  const early = await judge(context, scope, wanted).catch(
    (error: unknown) => ({ allow: 'failed', error }) as const,
  );
  const caller = early.allow === 'ask' ? { known: early.known, uid: early.uid ?? null } : STRANGER;
  if (caller.uid !== null) scope.notes.uid = caller.uid;
  await takeShare(context, scope, wanted.kind, caller);
  if (early.allow === 'failed') throw early.error;
  if (early.allow === false) throw refusalOf(early);
  return caller;
}

/**
 * Stands in front of what goes on with a ticket, which may outlive the token that it was begun by. Only who shows nothing
 * at all is refused here; the ticket decides of the rest.
 */
export async function admitHolder(context: ServerContext, scope: RequestScope): Promise<Caller> {
  const { credential } = scope;
  if (credential.token === null)
    return await admit(context, scope, { kind: 'sign', action: 'upload', credential });
  const early = await judge(context, scope, { action: 'upload', credential }).catch(() => null);
  const caller = early?.allow === 'ask' ? { known: early.known, uid: early.uid ?? null } : STRANGER;
  await takeShare(context, scope, 'sign', caller);
  return caller;
}

/** Whether a credential is good, at no cost to anybody's share. */
export async function isKnown(
  context: ServerContext,
  scope: RequestScope,
  credential: Credential,
): Promise<boolean> {
  const early = await judge(context, scope, { action: 'upload', credential }).catch(() => null);
  return early?.allow === 'ask' && early.known;
}

async function judge(
  { authorise }: ServerContext,
  { signal }: RequestScope,
  { action, credential }: Pick<Wanted, 'action' | 'credential'>,
): Promise<EarlyDecision> {
  if (action === null) return { allow: 'ask', known: false };
  return await decide(async () => authorise.beforehand({ action, credential }, signal), signal);
}

/** Whose share a request counts against. A uid that is only stated proves nothing, and would be another's share. */
export function shareOf({ address }: RequestScope, uid: number | null): string {
  return uid === null ? `address:${address ?? 'unknown'}` : `uid:${uid}`;
}

/** A limiter that fails lets the request pass, and is reported: it guards the server's strength, not its files. */
async function takeShare(
  { rateLimiter, emit }: ServerContext,
  scope: RequestScope,
  kind: RateKind,
  { uid }: Caller,
): Promise<void> {
  if (rateLimiter === null) return;
  const { requestId } = scope;
  const { allowed, retryAfter } = await rateLimiter
    .take(`${kind}:${shareOf(scope, uid)}`)
    .catch((error: unknown) => {
      emit({ type: 'fault', requestId, doing: 'rate limiter', error });
      return { allowed: true, retryAfter: 0 };
    });
  if (allowed) return;
  const who = uid === null ? 'address' : 'user';
  throw new Refusal('rate-limited', `This ${who} asks too often.`, { 'retry-after': seconds(retryAfter) });
}
