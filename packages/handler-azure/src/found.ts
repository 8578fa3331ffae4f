import {
  type FinalPlace,
  type Refused,
  refused,
  type SignerCall,
  type StagedObject,
} from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { removeBlob } from './discard.ts';
import { type BlobHead, headBlob, storedObject } from './head.ts';
import { wholeDigests } from './integrity.ts';
import type { TicketFacts } from './ticket.ts';

/** A blob, as core compares it and as Azure tells it. */
export interface FoundBlob extends StagedObject {
  readonly head: BlobHead;
}

export function foundBlob(head: BlobHead): FoundBlob {
  return {
    head,
    size: head.contentLength,
    contentType: head.contentType ?? '',
    digests: wholeDigests(head),
    metadata: head.metadata ?? {},
    wrong: kindFault(head),
  };
}

/** The place of an upload under its key. */
export function finalPlace(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): FinalPlace<FoundBlob> {
  return {
    committed: async () => {
      const head = await headBlob(context, facts.key, call);
      return head === null ? null : foundBlob(head);
    },
    storedObject: async ({ head }) => storedObject(context.settings, facts.key, head),
    remove: ({ head }) => removeBlob(context, facts.key, call, head.etag),
  };
}

/** Only block blobs are objects of ours; or null. */
function kindFault({ blobType }: BlobHead): Refused | null {
  return blobType === 'BlockBlob' ? null : refused('type-refused', 'the store holds another type of blob');
}
