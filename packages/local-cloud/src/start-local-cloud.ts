import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AzureServerOptions, type RunningAzure, startAzure } from './azure/start-azure.ts';
import { type GcsServerOptions, type RunningGcs, startGcs } from './gcs/start-gcs.ts';
import { type S3ServerOptions, startS3 } from './s3/start-s3.ts';

/** Options of `startLocalCloud`; every one has a default. */
export interface LocalCloudOptions {
  /** Folder to keep the data in, in a new folder of its own. Default: the system's temp folder. */
  readonly dir?: string;
  /** Current time in epoch ms, used for every date the servers judge or show. Default: `Date.now`. */
  readonly now?: () => number;
  /** Key and certificate in PEM; the servers speak HTTPS with them. Default: HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** The S3 server. */
  readonly s3?: S3ServerOptions;
  /** The Google Cloud Storage server. */
  readonly gcs?: GcsServerOptions;
  /** Microsoft's Azurite, which must be installed beside this package. Default: not started. */
  readonly azure?: AzureServerOptions | boolean;
}

/** How to reach a store, in the names the official client uses. */
export interface S3Connection {
  /** `http://127.0.0.1:<port>`; path style, or virtual-host style with `<bucket>.localhost:<port>` as host. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly bucket: string;
}

/** How to reach the Google Cloud Storage server, in the names of a key file, and what tests can make it do. */
export type GcsConnection = Omit<RunningGcs, 'stop'>;

/** How to reach Azurite, by the official client's connection string. */
export type AzureConnection = Omit<RunningAzure, 'stop'>;

/** Running local stores. */
export interface LocalCloud {
  readonly s3: S3Connection;
  readonly gcs: GcsConnection;
  /** Null unless it was asked for. */
  readonly azure: AzureConnection | null;
  /** Where the bytes are; gone after `stop`. Tests look here for what a failed upload left. */
  readonly dataDirectory: string;
  /** Closes all connections and removes the data. Doing it twice is harmless. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts strict local stores for tests and demos. Nothing outlives `stop`: names and metadata are in memory, bytes in
 * `dataDirectory`; Azurite keeps its bytes in memory, and knows no clock but the machine's. Rejects when a port is taken
 * or the folder can't be written, and with `AzuriteMissing` when Azurite is wanted and not installed.
 */
export const startLocalCloud = async (options: LocalCloudOptions = {}): Promise<LocalCloud> => {
  const parent = options.dir ?? tmpdir();
  await mkdir(parent, { recursive: true });
  const dataDirectory = await mkdtemp(join(parent, 'local-cloud-'));
  const remove = (): Promise<void> => rm(dataDirectory, { recursive: true, force: true });
  const running: (() => Promise<void>)[] = [];
  const stopAll = async (): Promise<void> => {
    await Promise.all(running.map((stop) => stop()));
    await remove();
  };
  /** Removes `stop` from a server's description. */
  const started = <Server extends { readonly stop: () => Promise<void> }>(
    server: Server,
  ): Omit<Server, 'stop'> => {
    const { stop, ...told } = server;
    running.push(stop);
    return told;
  };
  try {
    const shared = { now: options.now ?? Date.now, tls: options.tls };
    const at = (name: string): string => join(dataDirectory, name);
    const s3 = started(await startS3(options.s3 ?? {}, { directory: at('s3'), ...shared }));
    const gcs = started(await startGcs(options.gcs ?? {}, { directory: at('gcs'), ...shared }));
    const wanted = options.azure === true ? {} : options.azure || null;
    const azure =
      wanted === null
        ? null
        : started(await startAzure(wanted, { directory: at('azure'), tls: options.tls }));
    let stopping: Promise<void> | undefined;
    return {
      s3,
      gcs,
      azure,
      dataDirectory,
      stop: () => {
        stopping ??= stopAll();
        return stopping;
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
};
