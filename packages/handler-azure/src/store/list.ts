import type { BlobItem, ContainerClient } from '@azure/storage-blob';
import type { SignerCall } from '@mesibo-files/handler-core/provider';
import type { CallOptions } from './client.ts';
import type { SignerContext } from './context.ts';

/** A blob, as a list tells it. */
export type ListedBlob = BlobItem;

const DOING = 'listing unfinished uploads';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

const NONE: Page<never> = { items: [], next: undefined };

/** Where a page begins, as the SDK wants it. */
type PageSettings = Parameters<ReturnType<ContainerClient['listBlobsFlat']>['byPage']>[0];

/**
 * All blobs under a prefix with their metadata, and those of which only blocks are there; no folders, which accounts
 * with a hierarchical namespace list beside them.
 */
export function listBlobs(
  context: SignerContext,
  prefix: string,
  call: SignerCall,
): AsyncIterable<ListedBlob> {
  return pages(context, call, async (container, options, settings) => {
    const asked = { ...options, prefix, includeUncommitedBlobs: true, includeMetadata: true };
    for await (const { segment, continuationToken } of container.listBlobsFlat(asked).byPage(settings)) {
      const items = segment.blobItems.filter(({ metadata }) => metadata?.hdi_isfolder !== 'true');
      return { items, next: continuationToken };
    }
    return NONE;
  });
}

/** The folders right under a prefix, each with a slash at its end. */
export function listFolders(context: SignerContext, prefix: string, call: SignerCall): AsyncIterable<string> {
  return pages(context, call, async (container, options, settings) => {
    const list = container.listBlobsByHierarchy('/', { ...options, prefix, includeUncommitedBlobs: true });
    for await (const { segment, continuationToken } of list.byPage(settings)) {
      return { items: (segment.blobPrefixes ?? []).map(({ name }) => name), next: continuationToken };
    }
    return NONE;
  });
}

/** Page by page, each a call of its own. */
async function* pages<Item>(
  { caller }: SignerContext,
  call: SignerCall,
  ask: (container: ContainerClient, options: CallOptions, settings: PageSettings) => Promise<Page<Item>>,
): AsyncIterable<Item> {
  let marker: string | undefined;
  for (;;) {
    const settings = marker === undefined ? {} : { continuationToken: marker };
    const { items, next } = await caller.ask(DOING, call, (container, options) =>
      ask(container, options, settings),
    );
    yield* items;
    if (!next || next === marker) return;
    marker = next;
  }
}
