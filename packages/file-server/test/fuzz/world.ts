import { createRuntime, type Runtime } from '@mesibo-files/handler-core';
import { type MemoryStore, memoryStore } from '@mesibo-files/handler-core/memory';
import { staticToken } from '../../src/authorise/static-token.ts';
import type { ServerEvent } from '../../src/events.ts';
import type { Listening } from '../../src/node/listen.ts';
import { nodeFileServer } from '../../src/node/node-file-server.ts';
import { withPublicUrl } from '../node/public-url.ts';

export const TOKEN = 'the-token-of-the-fuzzer';
export const BASE = 'http://files.test';

/** Two servers, one for each way of downloading, in front of one store. */
export interface FuzzWorld {
  readonly store: MemoryStore;
  readonly ports: readonly number[];
  readonly events: ServerEvent[];
  close(): Promise<void>;
}

export async function startFuzzWorld(spoolDirectory: string): Promise<FuzzWorld> {
  const store = memoryStore();
  const runtime = createRuntime({ ports: { http: store.http } });
  const events: ServerEvent[] = [];
  const listening = [
    await listen(store, runtime, 'redirect', spoolDirectory, events),
    await listen(store, runtime, 'stream', spoolDirectory, events),
  ];
  return {
    store,
    ports: listening.map(({ port }) => port),
    events,
    close: async () => {
      await Promise.all(listening.map(({ close }) => close()));
    },
  };
}

async function listen(
  store: MemoryStore,
  runtime: Runtime,
  downloads: 'redirect' | 'stream',
  spoolDirectory: string,
  events: ServerEvent[],
): Promise<Listening> {
  const signer = store.signer({ singleUpTo: 1024 * 1024, maxSize: 64 * 1024 * 1024 });
  const server = nodeFileServer({
    baseUrl: BASE,
    signer: withPublicUrl(signer, store.baseUrl, `${BASE}/files`),
    authorise: staticToken({ token: TOKEN, downloads: 'link', remove: true }),
    ticketKeys: [{ id: 'a', secret: 'the secret of the tickets in tests' }],
    origins: ['https://app.test'],
    downloads,
    runtime,
    metrics: 'open',
    log: 'silent',
    limits: { maxFileSize: 64 * 1024, maxJsonSize: 64 * 1024, shutdownTimeout: 5000 },
    uploadUrl: { spoolDirectory },
    onEvent: (event) => events.push(event),
  });
  return await server.listen({ port: 0 });
}
