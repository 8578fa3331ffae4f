import type { ReadCall } from '@mesibo-files/handler-core';
import { ownersOf, type ServerContext } from '../context.ts';
import { type FoundObject, findObject } from '../files/find.ts';

/**
 * Looks for a file of this server's. @throws `object-not-found`, and `foreign-url` for what can be none: a client may
 * then know another way
 */
export async function findFile(context: ServerContext, url: string, call: ReadCall): Promise<FoundObject> {
  ownersOf(context, url);
  return findObject(context, url, call);
}
