import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { S3Error } from './errors.ts';
import { handle } from './handle.ts';
import { checkCorsRules } from './operations/bucket-cors.ts';
import { BlobStore } from './store/blob-store.ts';
import { Buckets } from './store/buckets.ts';
import type { S3CorsRule } from './store/types.ts';
import type { S3Credentials, S3State } from './types.ts';
import { writeXml } from './xml.ts';

/** A bucket the server starts with. */
export interface S3BucketOptions {
  /** 3 to 63 characters by S3's naming rules. */
  readonly name: string;
  /** CORS rules; none by default, so a browser gets nothing. */
  readonly cors?: readonly S3CorsRule[];
  /** Lets anyone GET and HEAD objects without a signature, as behind a CDN. Default: false. */
  readonly publicRead?: boolean;
}

/** Options of the S3 server; every one has a default. */
export interface S3ServerOptions {
  /** Port on 127.0.0.1. Default: 0, any free one. */
  readonly port?: number;
  /** The one region that signatures may name. Default: `us-east-1`. */
  readonly region?: string;
  /** Buckets to start with; the first is the one in `s3.bucket`. Default: one, named `local-cloud`. */
  readonly buckets?: readonly S3BucketOptions[];
  /** Who may sign; the first are those in `s3`. Default: one made-up pair. */
  readonly credentials?: readonly S3Credentials[];
  /**
   * Least bytes of a part that isn't the last. Default: 5 MiB, as Amazon's; lower it only to have many parts from few
   * bytes.
   */
  readonly minimumPartBytes?: number;
}

/** What the clouds of one process share. */
export interface SharedOptions {
  readonly directory: string;
  readonly now: () => number;
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
}

/** A running S3 server. */
export interface RunningS3 {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly bucket: string;
  readonly stop: () => Promise<void>;
}

const defaultCredentials: S3Credentials = {
  accessKeyId: 'LOCALCLOUDACCESSKEY0',
  secretAccessKey: 'local-cloud-secret-key-for-tests-only-00',
};

/** Starts the S3 server; rejects when the port is taken or an option is one that S3 would refuse. */
export const startS3 = async (options: S3ServerOptions, shared: SharedOptions): Promise<RunningS3> => {
  const credentials = options.credentials ?? [defaultCredentials];
  const bucketOptions = options.buckets ?? [{ name: 'local-cloud' }];
  const [first] = credentials;
  const [firstBucket] = bucketOptions;
  if (first === undefined || firstBucket === undefined) {
    throw new TypeError('local-cloud needs at least one pair of credentials and one bucket');
  }
  const state: S3State = {
    region: options.region ?? 'us-east-1',
    now: shared.now,
    credentials: new Map(credentials.map((pair) => [pair.accessKeyId, pair])),
    buckets: new Buckets(),
    blobs: new BlobStore(shared.directory),
    minimumPartBytes: options.minimumPartBytes ?? 5 * 1024 * 1024,
  };
  for (const { name, cors, publicRead } of bucketOptions) {
    if (cors !== undefined) checkCorsRules(cors);
    state.buckets.create({ name, createdAt: shared.now(), corsRules: cors, publicRead });
  }
  await state.blobs.prepare();
  const server = createHttpServer(state, shared);
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `${shared.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    region: state.region,
    accessKeyId: first.accessKeyId,
    secretAccessKey: first.secretAccessKey,
    bucket: firstBucket.name,
    stop: () => close(server),
  };
};

const createHttpServer = (state: S3State, shared: SharedOptions): Server => {
  const listener: RequestListener = (message, response) => {
    handle(state, message, response, () => undefined).catch(() => response.destroy());
  };
  const server = shared.tls === undefined ? createServer(listener) : createTlsServer(shared.tls, listener);
  // A client that waits for "100 Continue" sends its body only if the headers were accepted.
  server.on('checkContinue', (message, response) => {
    handle(state, message, response, () => response.writeContinue()).catch(() => response.destroy());
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return;
    const cutOff = error.code === 'HPE_INVALID_EOF_STATE';
    const body = cutOff
      ? new S3Error(
          'IncompleteBody',
          'You did not provide the number of bytes specified by the Content-Length HTTP header',
        )
      : new S3Error('BadRequest', 'An error occurred when parsing the HTTP request.');
    const xml = writeXml('Error', { Code: body.code, Message: body.message });
    socket.end(
      `HTTP/1.1 400 Bad Request\r\nContent-Type: application/xml\r\nContent-Length: ${Buffer.byteLength(xml)}\r\nConnection: close\r\n\r\n${xml}`,
    );
  });
  // Long uploads are legal; only idle connections are closed.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 20_000;
  return server;
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
