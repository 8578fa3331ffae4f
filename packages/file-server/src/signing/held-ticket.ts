import type { Signer } from '@mesibo-files/handler-core';
import { type Ticket, toBase64Url } from '@mesibo-files/handler-core/provider';
import { type Allowed, ask, decide } from '../authorise/ask.ts';
import { sha256 } from '../authorise/secret-digests.ts';
import type { Credential, UploadRequest } from '../context/authorise.ts';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import type { SigningState, TicketFacts } from '../context/signing-state.ts';
import { Refusal } from '../http/refusal.ts';
import { storeNamed } from './stores.ts';

/** A ticket that was opened, and may be gone on with. */
export interface HeldTicket {
  readonly facts: TicketFacts;
  /** Signer of the store that the upload goes to. */
  readonly signer: Signer;
  readonly signing: SigningState;
}

/**
 * Opens a ticket, and finds out whether its upload may go on: the same token may for a while, else the owner is asked
 * again. `renew`: asks in any case.
 * @throws `Refusal` `ticket-refused`, `ticket-over`, and whatever the owner refuses with
 */
export async function holdTicket(
  context: ServerContext,
  scope: RequestScope,
  ticket: Ticket,
  renew = false,
): Promise<HeldTicket> {
  const signing = await context.signing();
  const facts = await signing.tickets.open(ticket);
  scope.notes.uid = facts.uid;
  const now = context.clock.now();
  if (now >= facts.until) throw new Refusal('ticket-over', 'This upload was begun too long ago.');
  const known =
    !renew &&
    now < facts.authorisedUntil &&
    facts.credential !== null &&
    facts.credential === credentialHash(scope.credential);
  if (known) await checkRevoked(context, scope, facts);
  else await authoriseAgain(context, scope, facts);
  return { facts, signer: storeNamed(signing.stores, facts.store), signing };
}

/** @throws `Refusal` `unauthorised`, `authorise-failed` */
async function checkRevoked(
  { revoked }: ServerContext,
  { credential, signal }: RequestScope,
  { uid }: TicketFacts,
): Promise<void> {
  if (revoked === null || !(await decide(async () => revoked({ uid, credential }, signal), signal))) return;
  throw new Refusal('unauthorised', 'This token is no longer good.', { 'www-authenticate': 'Bearer' });
}

/**
 * What a ticket keeps of a token, to know it again. Null for other credentials: which headers they are made of only the
 * owner's function knows.
 */
export function credentialHash({ token }: Credential): string | null {
  return token === null ? null : toBase64Url(sha256(token));
}

async function authoriseAgain(
  context: ServerContext,
  scope: RequestScope,
  facts: TicketFacts,
): Promise<void> {
  const allowed = await ask(context.authorise, uploadOf(facts, scope.credential), scope.signal);
  if (allowed.uid !== undefined && allowed.uid !== facts.uid) {
    throw new Refusal('ticket-refused', "This is another user's upload.");
  }
  if (wasOtherwise(facts, allowed)) {
    throw new Refusal('ticket-over', 'What is allowed has changed since this upload was begun.');
  }
}

/** The limits that the upload was begun with are part of what is signed already. */
function wasOtherwise(facts: TicketFacts, { maxSize, secure }: Allowed): boolean {
  const tooLarge = maxSize !== undefined && maxSize < (facts.size ?? facts.maxSize);
  return tooLarge || (secure !== undefined && secure !== facts.secure);
}

function uploadOf(facts: TicketFacts, credential: Credential): UploadRequest {
  const { uid, mid, source, size, maxSize, contentType, name, secure } = facts;
  return {
    action: 'upload',
    via: 'signing',
    credential,
    uid,
    mid: BigInt(mid),
    source,
    size,
    maxSize,
    contentType,
    name,
    secure,
  };
}
