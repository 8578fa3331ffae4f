import { checkOwned, type ServerContext } from '../context.ts';
import { allowedObject, type FileWanted, type FoundObject } from '../files/find.ts';
import type { Caller } from '../front.ts';
import type { RequestScope } from '../scope.ts';

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
