import { TransferError } from '@mesibo-files/handler-core';
import {
  contentTypeFor,
  type FileFacts,
  KEPT_FOR,
  type Plan,
  type SignerCall,
  trueName,
} from '@mesibo-files/handler-core/provider';
import type { BeginRequest } from '@mesibo-files/handler-core/wire';
import { type Allowed, ask } from '../authorise/ask.ts';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { allowedOrigin } from '../http/cors.ts';
import { release, reserve } from '../quota/hold.ts';
import { assertStages } from './assert-stages.ts';
import { credentialHash } from './held-ticket.ts';
import { stagingOf } from './quarantine.ts';

/** Authorises an upload, begins it at the store of new files, and seals all its state into the ticket. */
export async function begin(
  context: ServerContext,
  scope: RequestScope,
  wanted: BeginRequest,
): Promise<Plan> {
  const { limits, authorise, clock } = context;
  const name = trueName(wanted.name);
  const file: BeginRequest = { ...wanted, name, contentType: contentTypeFor(wanted.contentType, name) };
  const { contentType, source, mid } = file;
  const upload = { contentType, name, source, mid, size: file.size, secure: file.secure };
  const asked = { ...upload, uid: file.uid, maxSize: mostBytes(file, limits.maxFileSize) };
  const { credential, signal } = scope;
  const allowed = await ask(authorise, { action: 'upload', via: 'signing', credential, ...asked }, signal);
  const facts = boundFacts(file, allowed, limits.maxFileSize);
  scope.notes.uid = facts.uid;
  const signing = await context.signing();
  const [{ name: store, signer }] = signing.stores;
  await assertStages(signer, { signal });
  const room = { bytes: mostBytes(facts, limits.maxFileSize), keptFor: KEPT_FOR };
  const holding = await reserve(context, scope, allowed.uid, room);
  const call = { signal, staging: stagingOf(context), ...pageOf(context, scope) };
  const plan = await signer.begin(facts, call).catch(async (error: unknown) => {
    await release(context, holding);
    throw error;
  });
  const ticket = await signing.tickets.seal({
    ...upload,
    inner: plan.ticket,
    store,
    uid: facts.uid,
    mid: String(mid),
    maxSize: mostBytes(facts, limits.maxFileSize),
    secure: facts.secure,
    until: clock.now() + plan.keptFor,
    credential: credentialHash(credential),
    authorisedUntil: clock.now() + limits.authorisedFor,
    holding,
  });
  return { ...plan, ticket };
}

/** The page that asks, where it may: some stores open a session for one origin only. */
function pageOf({ origins }: ServerContext, { credential }: RequestScope): Pick<SignerCall, 'origin'> {
  const origin = credential.header('origin');
  return origin === null || allowedOrigin(origins, origin) === null ? {} : { origin };
}

/** What the owner says of the upload stands in place of what the client said. @throws `file-too-large` */
function boundFacts(file: BeginRequest, allowed: Allowed, limit: number): BeginRequest {
  const most = Math.min(limit, allowed.maxSize ?? limit);
  if (file.size !== null && file.size > most) {
    throw new TransferError('file-too-large', `${file.size} bytes are more than the ${most} allowed.`);
  }
  return {
    ...file,
    maxSize: mostBytes(file, most),
    uid: allowed.uid ?? file.uid,
    secure: allowed.secure ?? file.secure,
  };
}

/** The most bytes that a file can turn out to have. */
function mostBytes({ size, maxSize }: Pick<FileFacts, 'size' | 'maxSize'>, limit: number): number {
  return size ?? Math.min(maxSize ?? limit, limit);
}
