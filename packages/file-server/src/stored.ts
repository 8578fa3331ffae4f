import type { Signer, StoredObject } from '@mesibo-files/handler-core';
import type { ServerContext } from './context.ts';
import type { StoredFile } from './events.ts';
import { Refusal } from './http/refusal.ts';
import type { RequestScope } from './scope.ts';

/**
 * Tells the owner's hook of a stored file. Both ways of uploading end here.
 * @throws `Refusal` `forbidden` when the hook wants it removed; it is then removed
 */
export async function tellStored(
  context: ServerContext,
  scope: RequestScope,
  signer: Signer,
  object: StoredObject,
  via: StoredFile['via'],
): Promise<void> {
  const { requestId } = scope;
  const file: StoredFile = { ...object, via, requestId };
  const remove = await verdictOf(context, file);
  if (remove !== null) {
    await signer.remove(object.url, { signal: scope.signal });
    context.emit({ type: 'removed', requestId, key: object.key, reason: remove });
    throw new Refusal('forbidden', remove);
  }
  context.emit({ type: 'stored', requestId, file });
}

async function verdictOf({ onStored, emit }: ServerContext, file: StoredFile): Promise<string | null> {
  if (onStored === null) return null;
  try {
    return (await onStored(file))?.remove ?? null;
  } catch (error) {
    emit({ type: 'fault', requestId: file.requestId, doing: 'onStored', error });
    return null;
  }
}
