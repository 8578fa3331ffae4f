import type { Capabilities } from '@mesibo-files/handler-core/provider';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';

/** What the store of new files can do, within this server's limits. Nobody lists uploads or stages them through a server. */
export async function capabilities(
  { signer, limits }: ServerContext,
  { signal }: RequestScope,
): Promise<Capabilities> {
  const able = await signer.capabilities({ signal });
  const maxSize = Math.min(able.maxSize, limits.maxFileSize);
  const singleUpTo = Math.min(able.singleUpTo, maxSize);
  return { ...able, maxSize, singleUpTo, listsUnfinished: false, staging: false };
}
