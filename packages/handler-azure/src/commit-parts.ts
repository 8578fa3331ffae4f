import { type Commit, type Manifest, type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { partCount, partLength } from '@mesibo-files/handler-core/provider';
import { complete } from './complete.ts';
import type { SignerContext } from './context.ts';
import { findCommitted } from './find-committed.ts';
import { algorithmOf } from './integrity.ts';
import { listBlocks } from './listing.ts';
import type { TicketFacts } from './ticket.ts';

/** Compares the blocks that the store lists with those that were meant, and puts them together when all are there. */
export async function commitParts(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const listed = await listBlocks(context, facts, call);
  if (listed === null) return findCommitted(context, facts, manifest, call);
  const count = partCount(manifest.size, facts.partSize);
  const sent = new Map(manifest.parts.map((part) => [part.number, part]));
  const algorithm = algorithmOf(facts.checksum);
  const missing: number[] = [];
  for (let number = 1; number <= count; number++) {
    const size = partLength(number, manifest.size, facts.partSize);
    const part = sent.get(number);
    if (part !== undefined && algorithm !== null && part.digests[algorithm] === undefined) {
      throw new TransferError('invalid-argument', `The manifest lacks the ${algorithm} of part ${number}.`);
    }
    if (part?.size !== size || listed.sizes.get(number) !== size) missing.push(number);
  }
  // An empty file that was planned as blocks has none: Azure takes no block of no bytes.
  if (missing.length > 0 && manifest.size > 0) return { state: 'missing', parts: missing };
  return complete(context, facts, manifest, manifest.size === 0 ? 0 : count, call);
}
