import { TransferError } from '@mesibo-files/handler-core';
import {
  type Commit,
  compareParts,
  type Manifest,
  type SignerCall,
} from '@mesibo-files/handler-core/provider';
import { complete } from './complete.ts';
import type { SignerContext } from './context.ts';
import { listParts } from './listing.ts';
import type { TicketFacts } from './ticket.ts';

/** What came of the parts of an upload. */
export type PutTogether = 'done' | 'gone' | Extract<Commit, { state: 'missing' }>;

/** Compares the parts that the store lists with those that were meant, and puts them together when all are there. */
export async function putTogether(
  context: SignerContext,
  facts: TicketFacts,
  uploadId: string,
  manifest: Manifest,
  call: SignerCall,
): Promise<PutTogether> {
  if (facts.checksum === 'crc32c' && manifest.digests.crc32c === undefined) {
    throw new TransferError('invalid-argument', 'The manifest lacks the crc32c of the whole.');
  }
  const listed = await listParts(context, facts, call);
  if (listed === null) return 'gone';
  const { good, missing } = compareParts(listed, manifest, facts.partSize, () => true);
  if (missing.length > 0) return { state: 'missing', parts: missing };
  // Parts beyond the end, which an aborted stream may have left, are simply not named.
  return complete(context, facts, uploadId, good, call);
}
