import { randomBytes } from 'node:crypto';
import { type BlobItem, ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import {
  type HandlerBench,
  type HandlerHarness,
  type NetworkFaults,
  plainHttp,
  type StoreInspection,
} from '@mesibo-files/conformance';
import { SignedFileTransferHandler } from '@mesibo-files/handler-core';
import { nodeHttp } from '@mesibo-files/handler-core/node';
import { type HttpPort, MIB } from '@mesibo-files/handler-core/provider';
import { type AzureAccountKey, type AzureChecksum, type AzureOptions, azureSigner } from '../src/index.ts';
import { SMALL_PART, smallPartsSigner } from './small-parts.ts';

/** Where a container is, and how it likes its requests. */
export interface AzureTestStore {
  readonly endpoint: string;
  readonly container: string;
  readonly credentials: AzureAccountKey;
  readonly checksum: AzureChecksum;
  /** Blocks of `SMALL_PART`. Default: of 1 MiB, the least that the options allow. */
  readonly smallParts?: boolean;
  /** A proxy in front of the container, which the engine's requests go through; the signer's own don't. */
  readonly proxy?: { readonly endpoint: string; readonly faults: (prefix: string) => NetworkFaults };
}

/** Keeps the prefixes of this run apart from those of earlier runs on the same store. */
const run = randomBytes(4).toString('hex');
let benches = 0;

/** A harness whose benches say what their signer is made of. */
export interface AzureHarness extends HandlerHarness {
  open(): Promise<HandlerBench & { readonly options: AzureOptions }>;
}

/** The suite's harness for any container: a fresh prefix a case, and Azure's own client to look behind the signer. */
export function azureHarness(name: string, store: () => Promise<AzureTestStore>): AzureHarness {
  return {
    name,
    async open() {
      const { proxy, smallParts = false, ...place } = await store();
      const [makeSigner, partSize] = smallParts ? [smallPartsSigner, SMALL_PART] : [azureSigner, MIB];
      const { accountName, accountKey } = place.credentials;
      const key = new StorageSharedKeyCredential(accountName, accountKey);
      const client = new ContainerClient(`${place.endpoint}/${place.container}`, key);
      const prefix = `bench-${run}-${benches++}`;
      const options: AzureOptions = { ...place, prefix, partSize };
      const fault = {
        wrongCredentials: { credentials: { accountName, accountKey: btoa('not-the-key-of-this-account!') } },
        missingBucket: { container: `${place.container}-missing` },
      };
      const signerWith: HandlerBench['signerWith'] = ({ clockOffset = 0, ...overrides }) =>
        makeSigner({ ...options, ...overrides, clock: { now: () => Date.now() + clockOffset } });
      return {
        signer: signerWith({}),
        signerWith,
        broken: {
          wrongCredentials: () => makeSigner({ ...options, ...fault.wrongCredentials }),
          missingBucket: () => makeSigner({ ...options, ...fault.missingBucket }),
        },
        handler: (handlerOptions, { fault: kind, ...overrides } = {}) =>
          new SignedFileTransferHandler({
            ...handlerOptions,
            signer: kind ? makeSigner({ ...options, ...fault[kind] }) : signerWith(overrides),
          }),
        http: plainHttp(),
        transport: proxy ? through(proxy.endpoint) : nodeHttp(),
        patience: 800,
        ...(proxy ? { faults: proxy.faults(prefix) } : {}),
        store: inspection(client, `${prefix}/`),
        sizes: { onePart: partSize, manyParts: 2 * partSize },
        secrets: [accountKey],
        close: async () => undefined,
        options,
      };
    },
  };
}

/** Sends what is signed for the store to a proxy before it: a shared access signature does not bind the host. */
function through(endpoint: string): HttpPort {
  const http = nodeHttp();
  return {
    send: (request) =>
      http.send({ ...request, url: request.url.replace(new URL(request.url).origin, endpoint) }),
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
    // What lapses after a week: a blob of none of the blocks takes them with it.
    dropUnfinished: async () => {
      for (const name of await uncommitted()) {
        await client.getBlockBlobClient(name).commitBlockList([]);
        await client.getBlobClient(name).delete();
      }
    },
  };
}
