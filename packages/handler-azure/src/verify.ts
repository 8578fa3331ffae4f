import type { BlobGetPropertiesResponse } from '@azure/storage-blob';
import type { Commit, Manifest, SignerCall } from '@mesibo-files/handler-core';
import { isOurs, objectFault, type Refused, refused } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { discard, removeBlob } from './discard.ts';
import { storedObject } from './head.ts';
import { wholeDigests } from './integrity.ts';
import type { TicketFacts } from './ticket.ts';

/** Compares the object that is there with what was meant: stored, or refused and removed. Others' objects are left. */
export async function verify(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  head: BlobGetPropertiesResponse,
  call: SignerCall,
): Promise<Commit> {
  if (!isOurs(head.metadata, facts))
    return refused('object-exists', 'the object there is of another transfer');
  const fault = faultOf(facts, manifest, head);
  if (fault === null) return { state: 'stored', object: storedObject(context.settings, facts.key, head) };
  await removeBlob(context, facts.key, call, head.etag);
  return fault;
}

function faultOf(facts: TicketFacts, manifest: Manifest, head: BlobGetPropertiesResponse): Refused | null {
  if (head.blobType !== 'BlockBlob') return refused('type-refused', 'the store holds another type of blob');
  return objectFault(facts, manifest, {
    size: head.contentLength ?? 0,
    contentType: head.contentType ?? '',
    digests: wholeDigests(head),
  });
}

/** Gives an upload up that is not what was planned. */
export async function refuse(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
  fault: Refused,
): Promise<Commit> {
  await discard(context, facts, call);
  return fault;
}
