import { type Signer, type StoredObject, TransferError } from '@mesibo-files/handler-core';
import type { ServerContext } from '../context.ts';
import { Refusal } from '../http/refusal.ts';
import { release, settle } from '../quota/hold.ts';
import type { RequestScope } from '../scope.ts';
import { tellStored } from '../stored.ts';
import type { TicketFacts } from './ticket/facts.ts';

/**
 * Takes an object that the store says is complete. It is compared with what was allowed once more, for not every store
 * can bind all of it to a signed request; what differs is removed. Then the owner's hook is told.
 * @throws `file-too-large`, `size-mismatch`, `type-refused`, `forbidden`
 */
export async function accept(
  context: ServerContext,
  scope: RequestScope,
  signer: Signer,
  facts: TicketFacts,
  object: StoredObject,
): Promise<void> {
  const fault = faultOf(facts, object);
  if (fault !== null) {
    await signer.remove(object.url, { signal: scope.signal });
    context.emit({ type: 'removed', requestId: scope.requestId, key: object.key, reason: fault.message });
    await release(context, facts.holding);
    throw fault;
  }
  await tellStored(context, scope, signer, object, 'signing').catch(async (error: unknown) => {
    if (error instanceof Refusal) await release(context, facts.holding);
    throw error;
  });
  await settle(context, facts.holding, object.size);
}

function faultOf(facts: TicketFacts, { size, contentType, sender }: StoredObject): TransferError | null {
  if (facts.size === null && size > facts.maxSize) {
    return new TransferError(
      'file-too-large',
      `The store holds more than the ${facts.maxSize} bytes allowed.`,
    );
  }
  if (facts.size !== null && size !== facts.size) {
    return new TransferError('size-mismatch', 'The store holds another size than was allowed.');
  }
  if (contentType.toLowerCase() !== facts.contentType.toLowerCase()) {
    return new TransferError('type-refused', 'The store holds another content type than was allowed.');
  }
  const { uid, mid, source, secure } = facts;
  const other =
    sender !== undefined &&
    (sender.uid !== uid || sender.mid !== mid || sender.source !== source || sender.secure !== secure);
  return other ? new TransferError('forbidden', 'The store holds a file of another sender.') : null;
}
