import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Signer } from '@mesibo-files/handler-core';
import { KIB } from '@mesibo-files/handler-core/provider';
import type { DiskOptions, DiskStore } from '@mesibo-files/handler-disk';
import { inspection, testDiskStore } from '@mesibo-files/handler-disk/test-store';
import type { RemoteStore, StoreChanges } from './remote-harness.ts';

const SECRET = { id: 'k1', secret: 'a secret of the conformance suite' } as const;

/** Stores on disk behind one address, each under a path of its own. */
export interface DiskServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  add(path: string, store: DiskStore): void;
  stop(): Promise<void>;
}

export async function startDiskServer(): Promise<DiskServer> {
  const stores = new Map<string, DiskStore>();
  const server = createServer((request, response) => {
    const store = stores.get(request.url?.split('/', 2)[1] ?? '');
    if (store === undefined) response.writeHead(404).end();
    else void store.handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    add: (path, store) => void stores.set(path, store),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

let disks = 0;

/** A disk, and the file system to look behind the server. `folder`: of this bench alone. */
export async function diskBehindServer(server: DiskServer, folder: string): Promise<RemoteStore> {
  const path = `disk-${disks++}`;
  const optionsAt = (name: string, clockOffset = 0): DiskOptions => ({
    folder: join(folder, name),
    secrets: [SECRET],
    storeUrl: `${server.endpoint}/${path}-${name}`,
    partSize: 64 * KIB,
    clock: { now: () => Date.now() + clockOffset },
  });
  /** A folder notes its secrets when it is first opened. */
  const opened = async (options: DiskOptions, name: string): Promise<DiskStore> => {
    const store = testDiskStore(options);
    await store.start();
    server.add(`${path}-${name}`, store);
    return store;
  };
  // One case makes this process a user who may read nothing of others; the store must go on.
  await mkdir(folder);
  await chmod(folder, 0o755);
  await opened(optionsAt('store'), 'store');
  let publicUrl = '';
  const missing = await opened({ ...optionsAt('missing'), publicUrl: () => publicUrl }, 'missing');
  await rm(join(folder, 'missing'), { recursive: true });
  return {
    signer: ({ fault, clockOffset, ...changes }: StoreChanges): Signer => {
      publicUrl = changes.publicUrl;
      if (fault === 'missingBucket') return missing.signer;
      const secret = fault === 'wrongCredentials' ? 'another secret under the same id' : SECRET.secret;
      const secrets = [{ ...SECRET, secret }] as const;
      const options = { ...optionsAt('store', clockOffset), ...changes, secrets };
      if (clockOffset === undefined) return testDiskStore(options).signer;
      // Who signs and who answers are one process, and have the same wrong clock.
      const replica = `${path}-clock-${clockOffset}`;
      const store = testDiskStore({ ...options, storeUrl: `${server.endpoint}/${replica}` });
      server.add(replica, store);
      return store.signer;
    },
    inspect: () => inspection(join(folder, 'store')),
    sizes: { onePart: 64 * KIB, manyParts: 256 * KIB },
    secrets: [SECRET.secret],
  };
}
