import { TransferError } from '@mesibo-files/handler-core';
import type { Nothing, UrlRequest } from '@mesibo-files/handler-core/wire';
import type { Caller } from '../authorise/admit.ts';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { removeFile } from '../files/remove.ts';
import { findFile } from './find.ts';

/** Removes a file, for whoever may. One that is not there is as good as removed. */
export async function remove(
  context: ServerContext,
  scope: RequestScope,
  { url }: UrlRequest,
  caller: Caller,
): Promise<Nothing> {
  const found = await findFile(context, scope, { action: 'remove', url }, caller).catch((error: unknown) => {
    if (TransferError.is(error) && error.code === 'object-not-found') return null;
    throw error;
  });
  if (found !== null) await removeFile(context, scope, found, url);
  return {};
}
