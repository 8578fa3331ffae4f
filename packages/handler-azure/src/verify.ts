import type { Commit, Manifest, SignerCall } from '@mesibo-files/handler-core';
import {
  isOurs,
  manifestFault,
  objectFault,
  type Refused,
  refused,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { removeBlob } from './discard.ts';
import { type BlobHead, storedObject } from './head.ts';
import { wholeDigests } from './integrity.ts';
import type { TicketFacts } from './ticket.ts';

/**
 * Compares the object of a trusted client with what was meant. It is removed only where it is not what the ticket says:
 * no commit can have accepted that. Whatever else a manifest claims removes nothing.
 */
export async function verify(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  head: BlobHead,
  call: SignerCall,
): Promise<Commit> {
  if (!isOurs(head.metadata, facts))
    return refused('object-exists', 'the object there is of another transfer');
  const broken = ticketFault(facts, head);
  if (broken !== null) {
    await removeBlob(context, facts.key, call, head.etag);
    return broken;
  }
  const found = {
    size: head.contentLength,
    contentType: head.contentType ?? '',
    digests: wholeDigests(head),
  };
  const fault = manifestFault(facts, manifest) ?? objectFault(facts, manifest, found);
  return fault ?? { state: 'stored', object: storedObject(context.settings, facts.key, head) };
}

/** How a blob differs from what its ticket says, whatever a manifest claims; or null. */
function ticketFault(facts: TicketFacts, head: BlobHead): Refused | null {
  const wrongType = typeFault(head);
  if (wrongType !== null) return wrongType;
  const size = head.contentLength;
  const itself: Manifest = { size, parts: [], digests: {}, answered: true };
  const found = { size, contentType: head.contentType ?? '', digests: {} };
  return manifestFault(facts, itself) ?? objectFault(facts, itself, found);
}

/** Only block blobs are objects of ours; or null. */
export function typeFault({ blobType }: BlobHead): Refused | null {
  return blobType === 'BlockBlob' ? null : refused('type-refused', 'the store holds another type of blob');
}
