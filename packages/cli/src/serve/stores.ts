import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { Mount } from '@mesibo-files/file-server/node';
import type { Signer } from '@mesibo-files/handler-core';
import { diskStore } from '@mesibo-files/handler-disk';
import type { StoreConfiguration } from '../configuration/store.ts';
import { type DiskState, filesFolder, openDiskState } from '../store/disk-state.ts';
import { openStore } from '../store/open-store.ts';
import { defined } from '../store/signer-options.ts';

/** A store behind the server. */
export interface ServedStore {
  readonly name: string;
  readonly title: string;
  readonly signer: Signer;
  /** The disk's own routes, served beside the files. */
  readonly mount?: Mount;
  readonly check?: () => Promise<void>;
  /** Removes what crashes left; called now and then. */
  readonly sweep?: () => Promise<number>;
  readonly close: () => Promise<void>;
}

export interface ServedStoreOptions {
  readonly baseUrl: string;
  /** Where this disk is mounted, as in `/disk`. */
  readonly mountPath: string;
  /** Bytes. */
  readonly maxSize: number | undefined;
  readonly onError: (error: unknown) => void;
}

/** Opens a store so that its file URLs are the server's. @throws ConfigurationError, TransferError */
export async function openServedStore(
  configuration: StoreConfiguration,
  options: ServedStoreOptions,
): Promise<ServedStore> {
  const name = nameOf(configuration);
  const publicUrl = `${options.baseUrl}/files`;
  const { maxSize } = options;
  if (configuration.provider === 'disk') return openServedDisk(configuration, name, options);
  const store = await openStore(configuration, { publicUrl, ...defined({ maxSize }) });
  return { name, title: store.title, signer: store.signer, close: store.close };
}

async function openServedDisk(
  { dir, prefix }: Extract<StoreConfiguration, { provider: 'disk' }>,
  name: string,
  { baseUrl, mountPath, maxSize, onError }: ServedStoreOptions,
): Promise<ServedStore> {
  const folder = resolve(dir);
  const state: DiskState = await openDiskState(folder);
  const store = diskStore({
    folder: filesFolder(folder),
    secrets: state.secrets,
    storeUrl: `${baseUrl}${mountPath}`,
    publicUrl: `${baseUrl}/files`,
    onError,
    ...defined({ prefix, maxSize }),
  });
  await store.start();
  return {
    name,
    title: `disk ${folder}`,
    signer: store.signer,
    mount: { path: mountPath, handle: (request, response) => store.handle(request, response) },
    check: () => store.check(),
    sweep: () => store.sweep(),
    close: () => store.close(),
  };
}

/** A ticket names its store by this, so it must not depend on the order in which stores are given. */
function nameOf(configuration: StoreConfiguration): string {
  const { provider } = configuration;
  const parts =
    provider === 'disk'
      ? [resolve(configuration.dir)]
      : provider === 'remote'
        ? [configuration.server]
        : [configuration.bucket, configuration.endpoint ?? '', configuration.prefix ?? ''];
  return `${provider}-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)}`;
}
