import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import type { FoundObject } from './find.ts';

/** Removes a file that was found for somebody who may, and tells of it. */
export async function removeFile(
  context: ServerContext,
  { signal, requestId, notes }: RequestScope,
  { signer }: FoundObject,
  url: string,
): Promise<void> {
  await signer.remove(url, { signal });
  context.emit({ type: 'removed', requestId, key: notes.key ?? '', reason: 'asked for by a client' });
}
