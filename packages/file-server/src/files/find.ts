import { type Signer, TransferError } from '@mesibo-files/handler-core';
import {
  fileUrlFor,
  keyOfFileUrl,
  type ObjectFacts,
  type ReadCall,
  type ReadPlan,
} from '@mesibo-files/handler-core/provider';
import { admit, type Caller } from '../authorise/admit.ts';
import { ask } from '../authorise/ask.ts';
import type { Credential, ObjectRequest } from '../context/authorise.ts';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';

/** An object, and the store that has it. */
export interface FoundObject {
  readonly signer: Signer;
  readonly plan: ReadPlan;
}

/** Somebody wants a file, or wants it removed. */
export interface FileWanted extends Pick<ObjectRequest, 'action'> {
  readonly url: string;
  readonly credential: Credential;
  /** As in `ReadCall`. */
  readonly bare?: boolean;
}

/** The facts of a missing file: the same as of one with no known owner, so that strangers can't tell them apart. */
const NOTHING: ObjectFacts = {
  size: 0,
  contentType: 'application/octet-stream',
  version: null,
  integrity: { kind: 'none' },
  name: null,
};

/**
 * Finds a file for whoever may have it. The caller's share is taken first, then the credential is judged as far as it can
 * be alone; only then is a store asked. A stranger is told the same of a file that is not there as of one that it may not
 * have. `caller`: who was admitted already.
 * @throws `Refusal` `rate-limited`, `unauthorised`, `forbidden`; `object-not-found` also for what is no file URL of this
 * server: a client can do nothing else about it
 */
export async function allowedObject(
  context: ServerContext,
  scope: RequestScope,
  { action, url, credential, bare = false }: FileWanted,
  caller?: Caller,
): Promise<FoundObject> {
  const { signal, notes } = scope;
  const key = keyOf(context, url);
  notes.key = key;
  const { known } = caller ?? (await admit(context, scope, { kind: action, action, credential }));
  const found = await findObject(context, url, { signal, bare });
  if (found === null && known) throw notFound();
  const object = found === null ? NOTHING : objectFacts(found.plan);
  const canonical = key === null ? url : fileUrlFor(context.fileBase, key);
  const { uid } = await ask(context.authorise, { action, credential, url: canonical, key, object }, signal);
  if (uid !== undefined) notes.uid = uid;
  if (found === null) throw notFound();
  return found;
}

function notFound(): TransferError {
  return new TransferError('object-not-found', 'There is no file under this URL.');
}

/** The same for all spellings of a file's URL. */
function keyOf({ signers, fileBase }: ServerContext, url: string): string | null {
  const owner = signers.find((signer) => signer.owns(url));
  return owner === undefined ? null : (owner.keyOfUrl?.(url) ?? keyOfFileUrl(fileBase, url));
}

/** What the owner's function is shown: nothing that is signed. */
function objectFacts({ size, contentType, version, integrity, name, sender }: ReadPlan): ObjectFacts {
  return { size, contentType, version, integrity, name, ...(sender === undefined ? {} : { sender }) };
}

/** Looks for a file in all stores, in order. Null where none has it. */
async function findObject(context: ServerContext, url: string, call: ReadCall): Promise<FoundObject | null> {
  for (const signer of context.signers.filter((one) => one.owns(url))) {
    const plan = await signer.read(url, call).catch(unlessMissing);
    if (plan !== null) return { signer, plan };
  }
  return null;
}

function unlessMissing(error: unknown): null {
  if (TransferError.is(error) && error.code === 'object-not-found') return null;
  throw error;
}
