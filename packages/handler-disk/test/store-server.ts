import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DiskStore } from '../src/index.ts';

/** A real server for any number of stores, each under a path of its own. */
export interface StoreServer {
  readonly server: Server;
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Serves a store under `/<name>`. */
  add(name: string, store: Pick<DiskStore, 'handle'>): void;
  stop(): Promise<void>;
}

export async function startStoreServer(): Promise<StoreServer> {
  const stores = new Map<string, Pick<DiskStore, 'handle'>>();
  const server = createServer((request, response) => {
    const store = stores.get(request.url?.split('/', 2)[1] ?? '');
    if (store === undefined) response.writeHead(404).end();
    else void store.handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    endpoint: `http://127.0.0.1:${port}`,
    add: (name, store) => void stores.set(name, store),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
