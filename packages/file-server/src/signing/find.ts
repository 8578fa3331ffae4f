import type { Caller } from '../authorise/admit.ts';
import { checkOwned, type ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { allowedObject, type FileWanted, type FoundObject } from '../files/find.ts';

/**
 * Finds a file for whoever may have it. @throws as `allowedObject`, and `foreign-url` for what can be none of this
 * server's: a client may then know another way
 */
export async function findFile(
  context: ServerContext,
  scope: RequestScope,
  wanted: Omit<FileWanted, 'credential'>,
  caller: Caller,
): Promise<FoundObject> {
  checkOwned(context, wanted.url);
  return allowedObject(context, scope, { ...wanted, credential: scope.credential }, caller);
}
