import type { SignerCall } from '@mesibo-files/handler-core';
import { blockNumber, MARKER } from './block-ids.ts';
import type { SignerContext } from './context.ts';
import { blocksName } from './staging.ts';
import type { TicketFacts } from './ticket.ts';

/** The blocks that the store holds of an upload. */
export interface ListedBlocks {
  /** Bytes of each part, by its number. */
  readonly sizes: ReadonlyMap<number, number>;
  /** Whether blocks are put together under this name already: staged ones, by a commit that ended in between. */
  readonly assembled: boolean;
}

/** All blocks of an upload; null when the store no longer knows it: it was committed, discarded, or its week is over. */
export async function listBlocks(
  { caller, settings }: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<ListedBlocks | null> {
  const name = blocksName(facts, settings.prefix);
  const outcome = await caller.attempt('listing the blocks', call, ['BlobNotFound'], (container, options) =>
    container.getBlockBlobClient(name).getBlockList('all', options),
  );
  if (outcome.code !== null) return null;
  const { committedBlocks = [], uncommittedBlocks = [] } = outcome.output;
  const sizes = new Map<number, number>();
  // Of a block in both lists, the uncommitted one is the later, and the one that a block list takes.
  for (const { name: id, size } of [
    ...(facts.way === 'staged' ? committedBlocks : []),
    ...uncommittedBlocks,
  ]) {
    const number = blockNumber(id);
    if (number !== null) sizes.set(number, size);
  }
  const assembled = facts.way === 'staged' && committedBlocks.length > 0;
  // Blocks that arrive after a discard make no upload: what begins one is its marker.
  if (!sizes.delete(MARKER) && !assembled) return null;
  return { sizes, assembled };
}
