import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Running local stores. */
export interface LocalCloud {
  readonly s3: S3Connection;
  readonly gcs: GcsConnection;
  /** Where the bytes are; gone after `stop`. Tests look here for what a failed upload left. */
  readonly dataDirectory: string;
  /** Closes all connections and removes the data. Doing it twice is harmless. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts strict local stores for tests and demos. Nothing outlives `stop`: names and metadata are in memory, bytes in
 * `dataDirectory`. Rejects when a port is taken or the folder can't be written.
 */
export const startLocalCloud = async (options: LocalCloudOptions = {}): Promise<LocalCloud> => {
  const parent = options.dir ?? tmpdir();
  await mkdir(parent, { recursive: true });
  const dataDirectory = await mkdtemp(join(parent, 'local-cloud-'));
  const remove = (): Promise<void> => rm(dataDirectory, { recursive: true, force: true });
  try {
    const shared = { now: options.now ?? Date.now, tls: options.tls };
    const { stop: stopS3, ...s3 } = await startS3(options.s3 ?? {}, {
      directory: join(dataDirectory, 's3'),
      ...shared,
    });
    const { stop: stopGcs, ...gcs } = await startGcs(options.gcs ?? {}, {
      directory: join(dataDirectory, 'gcs'),
      ...shared,
    }).catch(async (error: unknown) => {
      await stopS3();
      throw error;
    });
    let stopping: Promise<void> | undefined;
    return {
      s3,
      gcs,
      dataDirectory,
      stop: () => {
        stopping ??= Promise.all([stopS3(), stopGcs()]).then(remove);
        return stopping;
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
};
