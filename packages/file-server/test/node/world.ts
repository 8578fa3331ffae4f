import { Writable } from 'node:stream';
import { createRuntime, type Runtime } from '@mesibo-files/handler-core';
import { type MemoryStore, memoryStore } from '@mesibo-files/handler-core/testing';
import { pino } from 'pino';
import { staticToken } from '../../src/authorise/static-token.ts';
import type { ServerEvent } from '../../src/context/events.ts';
import type { Listening, ListenOptions } from '../../src/node/listen.ts';
import {
  type NodeFileServer,
  type NodeFileServerOptions,
  nodeFileServer,
} from '../../src/node/node-file-server.ts';
import { withPublicUrl } from './public-url.ts';
import { type RawClient, rawClient } from './raw-client.ts';

export const TOKEN = 'the-token-of-these-tests';
const BASE = 'http://files.test';

export interface NodeWorld {
  readonly store: MemoryStore;
  readonly runtime: Runtime;
  readonly server: NodeFileServer;
  readonly listening: Listening;
  readonly events: ServerEvent[];
  /** Lines of the log, from `trace` on. */
  readonly log: string[];
  connect(): Promise<RawClient>;
  /** Closes everything, at once. */
  close(): Promise<void>;
}

/** A file server with a store in memory, on a port of this machine. */
export async function startNodeWorld(
  options: Partial<NodeFileServerOptions> = {},
  how: ListenOptions = {},
): Promise<NodeWorld> {
  const store = memoryStore();
  const runtime = options.runtime ?? createRuntime({ ports: { http: store.http } });
  const events: ServerEvent[] = [];
  const log: string[] = [];
  const signer = store.signer({ singleUpTo: 1024 * 1024, maxSize: 64 * 1024 * 1024 });
  const server = nodeFileServer({
    baseUrl: BASE,
    signer: withPublicUrl(signer, store.baseUrl, `${BASE}/files`),
    authorise: staticToken({ token: TOKEN }),
    ticketKeys: [{ id: 'a', secret: 'the secret of the tickets in tests' }],
    runtime,
    log: pino({ level: 'trace' }, lines(log)),
    onEvent: (event) => events.push(event),
    ...options,
  });
  const listening = await server.listen({ port: 0, ...how });
  const clients: RawClient[] = [];
  return {
    store,
    runtime,
    server,
    listening,
    events,
    log,
    async connect() {
      const client = await rawClient(listening.port);
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.destroy();
      await listening.close();
    },
  };
}

function lines(into: string[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      into.push(String(chunk));
      done();
    },
  });
}
