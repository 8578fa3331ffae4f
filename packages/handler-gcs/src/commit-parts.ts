import { type Commit, type Manifest, type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { partCount, partLength } from '@mesibo-files/handler-core/provider';
import { complete } from './complete.ts';
import type { SignerContext } from './context.ts';
import { findCommitted } from './find-committed.ts';
import { type ListedPart, listParts } from './listing.ts';
import type { TicketFacts } from './ticket.ts';

/** Compares the parts that the store lists with those that were meant, and puts them together when all are there. */
export async function commitParts(
  context: SignerContext,
  facts: TicketFacts,
  uploadId: string,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  if (facts.checksum === 'crc32c' && manifest.digests.crc32c === undefined) {
    throw new TransferError('invalid-argument', 'The manifest lacks the crc32c of the whole.');
  }
  const listed = await listParts(context, facts, call);
  if (listed === null) return findCommitted(context, facts, manifest, call);
  const count = partCount(manifest.size, facts.partSize);
  const sent = new Set(manifest.parts.map(({ number }) => number));
  const good: ListedPart[] = [];
  const missing: number[] = [];
  for (let number = 1; number <= count; number++) {
    const size = partLength(number, manifest.size, facts.partSize);
    const part = listed.get(number);
    if (part !== undefined && part.size === size && sent.has(number)) good.push(part);
    else missing.push(number);
  }
  if (missing.length > 0) return { state: 'missing', parts: missing };
  // Parts beyond the end, which an aborted stream may have left, are simply not named.
  return complete(context, facts, uploadId, manifest, good, call);
}
