import { keyOfFileUrl, TransferError } from '@mesibo-files/handler-core';
import { ask } from '../authorise/ask.ts';
import type { ServerContext } from '../context.ts';
import type { RequestScope } from '../scope.ts';
import { findFile } from './find.ts';
import { objectFacts } from './read.ts';
import type { Nothing } from './wire/answers.ts';
import type { UrlRequest } from './wire/requests.ts';

/** Removes a file, for whoever may. One that is not there is as good as removed. */
export async function remove(
  context: ServerContext,
  scope: RequestScope,
  { url }: UrlRequest,
): Promise<Nothing> {
  const { credential, signal, requestId } = scope;
  const found = await findFile(context, scope, url).catch((error: unknown) => {
    if (TransferError.is(error) && error.code === 'object-not-found') return null;
    throw error;
  });
  if (found === null) return {};
  const object = objectFacts(found.plan);
  const { uid } = await ask(context.authorise, { action: 'remove', credential, url, object }, signal);
  if (uid !== undefined) scope.notes.uid = uid;
  await found.signer.remove(url, { signal });
  const key = keyOfFileUrl(context.fileBase, url) ?? '';
  context.emit({ type: 'removed', requestId, key, reason: 'asked for by a client' });
  return {};
}
