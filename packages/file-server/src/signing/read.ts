import type { ObjectFacts, ReadPlan } from '@mesibo-files/handler-core';
import { ask } from '../authorise/ask.ts';
import type { ServerContext } from '../context.ts';
import { takeRate } from '../rate.ts';
import type { RequestScope } from '../scope.ts';
import { findFile } from './find.ts';
import type { ReadRequest } from './wire/requests.ts';

/** How a file is fetched, by whoever may have it. */
export async function read(
  context: ServerContext,
  scope: RequestScope,
  { url, bare = false }: ReadRequest,
): Promise<ReadPlan> {
  const { credential, signal } = scope;
  const { plan } = await findFile(context, url, { signal, bare });
  const object = objectFacts(plan);
  const { uid } = await ask(context.authorise, { action: 'download', credential, url, object }, signal);
  if (uid !== undefined) {
    scope.notes.uid = uid;
    await takeRate(context, 'download', uid);
  }
  return plan;
}

/** What the owner's function is shown: nothing that is signed. */
export function objectFacts({ size, contentType, version, integrity, name, sender }: ReadPlan): ObjectFacts {
  return { size, contentType, version, integrity, name, ...(sender === undefined ? {} : { sender }) };
}
