import { TransferError } from '@mesibo-files/handler-core';
import type { PartFacts, SignerCall } from '@mesibo-files/handler-core/provider';
import { blockNumber, MARKER } from './block-ids.ts';
import type { SignerContext } from './context.ts';
import { landingName, waits } from './landing.ts';
import type { TicketFacts } from './ticket.ts';

/** The blocks that the store holds of an upload. */
export interface ListedBlocks {
  /** Each part by its number. Azure tells no digests of blocks. */
  readonly parts: ReadonlyMap<number, PartFacts>;
  /** What was put together already under a name that waits: by a commit that ended in between, or by the client. */
  readonly made: {
    readonly version: string;
    /** Numbers of its blocks, in order; null for one that is none of ours. */
    readonly numbers: readonly (number | null)[];
  } | null;
  /** Whether there are blocks that are not put together. */
  readonly loose: boolean;
}

/** All blocks of an upload; null when the store no longer knows it: it was committed, discarded, or its week is over. */
export async function listBlocks(
  { caller, settings }: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<ListedBlocks | null> {
  const name = landingName(facts, settings.prefix);
  // Another type of blob stands there when a client put one; it has no blocks, and is never committed.
  const outcome = await caller.attempt(
    'listing the blocks',
    call,
    ['BlobNotFound', 'InvalidBlobType'],
    (container, options) => container.getBlockBlobClient(name).getBlockList('all', options),
  );
  if (outcome.code !== null) return null;
  const { committedBlocks = [], uncommittedBlocks = [], etag } = outcome.output;
  const put = waits(facts) ? committedBlocks : [];
  const parts = new Map<number, PartFacts>();
  // Of a block in both lists, the uncommitted one is the later, and the one that a block list takes.
  for (const { name: id, size } of [...put, ...uncommittedBlocks]) {
    const number = blockNumber(id);
    if (number !== null) parts.set(number, { number, size, digests: {} });
  }
  const made = put.length > 0;
  // Blocks that arrive after a discard make no upload: what begins one is its marker.
  if (!parts.delete(MARKER) && !made) return null;
  if (made && etag === undefined) {
    throw new TransferError('bad-answer', 'listing the blocks: the answer is not of Azure');
  }
  return {
    parts,
    made: made ? { version: etag ?? '', numbers: put.map(({ name: id }) => blockNumber(id)) } : null,
    loose: uncommittedBlocks.length > 0,
  };
}
