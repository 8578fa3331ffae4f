import { createRuntime } from '@mesibo-files/handler-core';
import { type MemoryStore, memoryStore } from '@mesibo-files/handler-core/testing';
import { type DiskStore, diskStore } from '@mesibo-files/handler-disk';
import { staticToken } from '../../src/authorise/static-token.ts';
import type { ServerEvent } from '../../src/context/events.ts';
import { type NodeFileServer, nodeFileServer } from '../../src/node/node-file-server.ts';
import { withPublicUrl } from '../node/public-url.ts';

export const TOKEN = 'the-token-of-the-fuzzer';
export const BASE = 'http://files.test';

/** Two servers, one for each way of downloading, in front of one store. */
export interface FuzzWorld {
  readonly store: MemoryStore;
  readonly ports: readonly number[];
  /** The same servers without a network: of one, answers to requests under {@link BASE}. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly events: ServerEvent[];
  /** Paths and queries that are signed for a disk store, which is mounted beside. Nothing is to come into its folder. */
  readonly signed: readonly string[];
  readonly diskFolder: string;
  close(): Promise<void>;
}

export async function startFuzzWorld(spoolDirectory: string, diskFolder: string): Promise<FuzzWorld> {
  const store = memoryStore();
  const disk = diskStore({
    folder: diskFolder,
    secrets: [{ id: 'a', secret: 'the secret of the disk in these tests' }],
    storeUrl: `${BASE}/disk`,
  });
  await disk.start();
  const events: ServerEvent[] = [];
  const servers = (['redirect', 'stream'] as const).map((downloads) =>
    serverOf(store, disk, downloads, spoolDirectory, events),
  );
  const listening = await Promise.all(servers.map((server) => server.listen({ port: 0 })));
  return {
    store,
    ports: listening.map(({ port }) => port),
    fetch: (request) => (servers[0] as NodeFileServer).fetch(request),
    events,
    signed: await signedTargets(disk),
    diskFolder,
    close: async () => {
      await Promise.all(listening.map(({ close }) => close()));
      await disk.close();
    },
  };
}

function serverOf(
  store: MemoryStore,
  disk: DiskStore,
  downloads: 'redirect' | 'stream',
  spoolDirectory: string,
  events: ServerEvent[],
): NodeFileServer {
  const own = store.signer({ singleUpTo: 1024 * 1024, maxSize: 64 * 1024 * 1024 });
  return nodeFileServer({
    baseUrl: BASE,
    signer: withPublicUrl(own, store.baseUrl, `${BASE}/files`),
    authorise: staticToken({ token: TOKEN, downloadPolicy: 'link', remove: true }),
    ticketKeys: [{ id: 'a', secret: 'the secret of the tickets in tests' }],
    origins: ['https://app.test'],
    downloads,
    runtime: createRuntime({ ports: { http: store.http } }),
    metrics: 'open',
    log: 'silent',
    limits: { maxFileSize: 64 * 1024, maxJsonSize: 64 * 1024, shutdownTimeout: 5000 },
    uploadUrl: { spoolDirectory },
    mounts: [{ path: '/disk', handle: disk.handle }],
    onEvent: (event) => events.push(event),
  });
}

/** What the disk store signs for a small file, and for one in a session. */
async function signedTargets({ signer }: DiskStore): Promise<string[]> {
  const call = { signal: new AbortController().signal };
  const targets: string[] = [];
  for (const size of [10, 20 * 1024 * 1024]) {
    const facts = {
      size,
      maxSize: null,
      contentType: 'image/jpeg',
      name: 'cat.jpg',
      source: 0,
      uid: 7,
      mid: 1n,
    };
    const { ticket } = await signer.begin({ ...facts, transferId: 't', digests: {} }, call);
    const wanted = [{ number: 1, size, digests: { crc32: 'AAAAAA==' } }];
    for (const { request } of await signer.sign(ticket, wanted, call)) {
      targets.push(request.url.slice(BASE.length));
    }
  }
  return targets;
}
