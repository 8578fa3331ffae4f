import { type BlobItem, ContainerClient } from '@azure/storage-blob';
import type { StoreInspection } from '@mesibo-files/conformance';
import { azureSigner } from '@mesibo-files/handler-azure';
import { SMALL_PART, smallPartsSigner } from '@mesibo-files/handler-azure/small-parts';
import type { Signer } from '@mesibo-files/handler-core';
import { MIB } from '@mesibo-files/handler-core/provider';
import type { AzureConnection } from '@mesibo-files/local-cloud';
import type { RemoteStore, StoreChanges } from './remote-harness.ts';

/** Microsoft's Azurite, and Azure's own client to look behind the server. */
export function azureStore(
  { connectionString, container }: AzureConnection,
  smallParts = false,
): RemoteStore {
  const [makeSigner, partSize] = smallParts ? [smallPartsSigner, SMALL_PART] : [azureSigner, MIB];
  const [, accountName = ''] = /AccountName=([^;]+)/.exec(connectionString) ?? [];
  const [, accountKey = ''] = /AccountKey=([^;]+)/.exec(connectionString) ?? [];
  const [, endpoint = ''] = /BlobEndpoint=([^;]+)/.exec(connectionString) ?? [];
  const client = new ContainerClient(connectionString, container);
  return {
    signer: ({ fault, clockOffset = 0, ...changes }: StoreChanges): Signer =>
      makeSigner({
        endpoint,
        container: fault === 'missingBucket' ? `${container}-missing` : container,
        credentials: {
          accountName,
          accountKey: fault === 'wrongCredentials' ? btoa('not-the-key-of-this-account!') : accountKey,
        },
        checksum: 'crc64',
        partSize,
        ...changes,
        clock: { now: () => Date.now() + clockOffset },
      }),
    inspect: (prefix) => inspection(client, `${prefix}/`),
    sizes: { onePart: partSize, manyParts: 2 * partSize },
    secrets: [accountKey],
  };
}

function inspection(client: ContainerClient, prefix: string): StoreInspection {
  const blobs = async (more: object): Promise<readonly BlobItem[]> => {
    const found: BlobItem[] = [];
    for await (const blob of client.listBlobsFlat({ prefix, ...more })) found.push(blob);
    return found;
  };
  const uncommitted = async (): Promise<readonly string[]> => {
    const there = new Set((await blobs({})).map(({ name }) => name));
    const all = await blobs({ includeUncommitedBlobs: true });
    return all.map(({ name }) => name).filter((name) => !there.has(name));
  };
  return {
    keys: async () => (await blobs({})).map(({ name }) => name),
    bytes: async (key) => new Uint8Array(await client.getBlobClient(key).downloadToBuffer()),
    facts: async (key) => {
      const head = await client.getBlobClient(key).getProperties();
      return {
        size: head.contentLength ?? -1,
        contentType: head.contentType ?? '',
        contentDisposition: head.contentDisposition ?? null,
        metadata: head.metadata ?? {},
      };
    },
    put: async (key, bytes) => void (await client.getBlockBlobClient(key).uploadData(bytes)),
    remove: async (key) => void (await client.getBlobClient(key).deleteIfExists()),
    unfinished: async () => (await uncommitted()).length,
    // A blob of none of the blocks takes them with it, as they lapse after a week.
    dropUnfinished: async () => {
      for (const name of await uncommitted()) {
        await client.getBlockBlobClient(name).commitBlockList([]);
        await client.getBlobClient(name).delete();
      }
    },
  };
}
