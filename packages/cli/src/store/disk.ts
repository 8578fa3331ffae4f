import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { DiskConfiguration } from '../configuration/store.ts';
import { filesFolder, openDiskState } from './disk-state.ts';
import { defined, type SignerTuning } from './signer-options.ts';
import type { OpenStore } from './types.ts';

/** Base of file URLs of a folder that was never served. */
const UNSERVED = 'http://127.0.0.1:8080/files';

/**
 * Opens the files of a folder, as `serve` keeps them. The store's HTTP is served to this process alone, so that its bytes
 * go the same way as all others; file URLs are those of the server.
 */
export async function openDisk(
  { dir, prefix, publicUrl }: DiskConfiguration,
  tuning: SignerTuning,
): Promise<OpenStore> {
  const { diskStore } = await import('@mesibo-files/handler-disk');
  const folder = resolve(dir);
  const { secrets, fileBase } = await openDiskState(folder);
  let port = 0;
  const store = diskStore({
    folder: filesFolder(folder),
    secrets,
    storeUrl: () => `http://127.0.0.1:${port}/disk`,
    publicUrl: publicUrl ?? fileBase ?? UNSERVED,
    ...defined({ prefix }),
    ...tuning,
  });
  const server = createServer((request, response) => void store.handle(request, response));
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', done);
  });
  ({ port } = server.address() as AddressInfo);
  return {
    signer: store.signer,
    title: `disk ${folder}`,
    sweep: (olderThan) => store.sweep(olderThan),
    close: async () => {
      await store.close();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
