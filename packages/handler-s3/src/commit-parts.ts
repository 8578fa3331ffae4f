import {
  type Commit,
  type Manifest,
  type PartFacts,
  type SignerCall,
  TransferError,
} from '@mesibo-files/handler-core';
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
  const listed = await listParts(context, facts, call);
  if (listed === null) return findCommitted(context, facts, manifest, call);
  const count = partCount(manifest.size, facts.partSize);
  const sent = new Map(manifest.parts.map((part) => [part.number, part]));
  const good: ListedPart[] = [];
  const missing: number[] = [];
  for (let number = 1; number <= count; number++) {
    const size = partLength(number, manifest.size, facts.partSize);
    const part = listed.get(number);
    if (part !== undefined && part.size === size && isSame(part, sent.get(number), facts)) good.push(part);
    else missing.push(number);
  }
  if (missing.length > 0) return { state: 'missing', parts: missing };
  // Parts beyond the end, which an aborted stream may have left, are simply not named.
  return complete(context, facts, uploadId, manifest, good, listed.size > good.length, call);
}

function isSame(listed: ListedPart, sent: PartFacts | undefined, facts: TicketFacts): boolean {
  if (sent === undefined) return false;
  if (facts.checksum === 'none') return true;
  const meant = sent.digests[facts.checksum];
  const stated = listed.digests[facts.checksum];
  if (meant === undefined) {
    throw new TransferError(
      'invalid-argument',
      `The manifest lacks the ${facts.checksum} of part ${sent.number}.`,
    );
  }
  if (stated !== undefined) return stated === meant;
  if (facts.checksum === 'md5') return true; // KMS, or ETags of its own: the store compared the signed MD5 as the part came.
  throw new TransferError(
    'unsupported',
    'The store keeps no CRC32 of parts, so it may not have compared any.',
    {
      hint: "Set the option checksum: 'md5' for this store.",
    },
  );
}
