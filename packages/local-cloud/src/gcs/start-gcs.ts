import { BlobStore } from '../s3/store/blob-store.ts';
import { AccessTokens } from './auth/access-tokens.ts';
import { createServiceAccount, type ServiceAccountOptions } from './auth/service-account.ts';
import { createHandler } from './handle.ts';
import { startHttpServer } from './http-server.ts';
import { Sessions } from './session/sessions.ts';
import { Buckets } from './store/buckets.ts';
import type { GcsCorsRule } from './store/types.ts';
import type { GcsState } from './types.ts';

/** A bucket the server starts with. */
export interface GcsBucketOptions {
  /** 3 to 63 characters by Cloud Storage's naming rules. */
  readonly name: string;
  /** CORS rules for the XML API; none by default, so a browser gets nothing. */
  readonly cors?: readonly GcsCorsRule[];
  /** Lets anyone read objects without credentials, as `allUsers` with Storage Object Viewer. Default: false. */
  readonly publicRead?: boolean;
}

/** Options of the Cloud Storage server; every one has a default. */
export interface GcsServerOptions {
  /** Port on 127.0.0.1. Default: 0, any free one. */
  readonly port?: number;
  /** Buckets to start with; the first is the one in `gcs.bucket`. Default: one, named `local-cloud`. */
  readonly buckets?: readonly GcsBucketOptions[];
  /** Who may call. Default: a made-up account with a new key. */
  readonly serviceAccount?: ServiceAccountOptions;
  /** Least bytes of a multipart upload's part that isn't the last. Default: 5 MiB, as Google's. */
  readonly minimumPartBytes?: number;
}

/** What the clouds of one process share. */
export interface GcsSharedOptions {
  readonly directory: string;
  readonly now: () => number;
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
}

/** A running Cloud Storage server. */
export interface RunningGcs {
  /** `http://127.0.0.1:<port>`: XML, JSON and upload API, and the IAM credentials API under `/v1/projects/`. */
  readonly endpoint: string;
  /** Where an assertion signed with the key is exchanged for an access token. */
  readonly tokenUri: string;
  readonly bucket: string;
  readonly clientEmail: string;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
  /**
   * Makes the next chunk of any session be stored only up to so many bytes, a multiple of 256 KiB, as the real service
   * may do; its answer then states an offset below what was sent.
   */
  readonly sessionStoresOnly: (bytes: number) => void;
  readonly stop: () => Promise<void>;
}

/** Starts the server; rejects when the port is taken or an option is one that Cloud Storage would refuse. */
export const startGcs = async (options: GcsServerOptions, shared: GcsSharedOptions): Promise<RunningGcs> => {
  const { now } = shared;
  const bucketOptions = options.buckets ?? [{ name: 'local-cloud' }];
  const [firstBucket] = bucketOptions;
  if (firstBucket === undefined) throw new TypeError('local-cloud needs at least one bucket');
  const account = await createServiceAccount(options.serviceAccount ?? {});
  let lastGeneration = 0;
  const state: GcsState = {
    now,
    account,
    tokens: new AccessTokens(now),
    buckets: new Buckets(),
    sessions: new Sessions(now),
    blobs: new BlobStore(shared.directory),
    nextGeneration: () => {
      // Microseconds, as Google's look; a clock that stands still or goes back must not repeat one.
      lastGeneration = Math.max(lastGeneration + 1, Math.floor(now() * 1000));
      return lastGeneration;
    },
    minimumPartBytes: options.minimumPartBytes ?? 5 * 1024 * 1024,
  };
  for (const { name, cors, publicRead } of bucketOptions) {
    state.buckets.create({ name, createdAt: now(), cors, publicRead });
  }
  await state.blobs.prepare();
  const server = await startHttpServer(createHandler(state), { port: options.port ?? 0, tls: shared.tls });
  const endpoint = `${shared.tls === undefined ? 'http' : 'https'}://127.0.0.1:${server.port}`;
  return {
    endpoint,
    tokenUri: `${endpoint}/token`,
    bucket: firstBucket.name,
    clientEmail: account.clientEmail,
    privateKey: account.privateKey,
    sessionStoresOnly: (bytes) => state.sessions.storesOnly(bytes),
    stop: server.close,
  };
};
