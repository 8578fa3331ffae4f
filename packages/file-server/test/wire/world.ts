import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Signer } from '@mesibo-files/handler-core';
import { type S3Options, s3Signer } from '@mesibo-files/handler-s3';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import type { Authorise } from '../../src/context/authorise.ts';
import type { ServerEvent } from '../../src/context/events.ts';
import type { FileServerOptions } from '../../src/context/options.ts';
import { downloadRoute } from '../../src/files/node-route.ts';
import { nodeListener } from '../../src/node/listener.ts';
import { createFileServer, type FileServer } from '../../src/server.ts';
import type { UploadRouteOptions } from '../../src/upload-url/options.ts';
import { uploadRoute } from '../../src/upload-url/route.ts';

/** The token that {@link tokenOnly} wants. */
export const TOKEN = 'let-me-in';

/** Uploads and secure files need the token. */
export const tokenOnly: Authorise = (request) => {
  const open = request.action === 'download' && request.object.sender?.secure !== true;
  if (open || request.credential.token === TOKEN) return { allow: true };
  return { allow: false, why: 'sign-in', reason: 'The token is not the right one.' };
};

export interface WorldOptions extends Partial<Omit<FileServerOptions, 'baseUrl' | 'signer'>> {
  readonly route?: UploadRouteOptions;
  readonly s3?: Partial<S3Options>;
  /** Path of the base URL. Default none. */
  readonly basePath?: string;
  /** The signer of new files, in place of that of S3. */
  readonly signer?: (own: Signer, publicUrl: string, cloud: LocalCloud) => Signer;
  /** Stores of older files. */
  readonly older?: (cloud: LocalCloud, publicUrl: string) => readonly Signer[];
}

/** A file server on a socket, with a strict local S3 behind it, which is looked at by Amazon's own client. */
export interface World {
  readonly baseUrl: string;
  readonly port: number;
  readonly cloud: LocalCloud;
  readonly server: FileServer;
  readonly http: Server;
  readonly events: ServerEvent[];
  /** Keys of all objects. */
  keys(): Promise<string[]>;
  /** How many uploads in parts are open. */
  openUploads(): Promise<number>;
  /** What is stored under a file URL. */
  object(url: string): Promise<StoredFile>;
  close(): Promise<void>;
}

interface StoredFile {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  readonly disposition: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a key sealer needs, and these tests never look at. */
const ticketKeys = [{ id: 'a', secret: '0123456789abcdef0123456789abcdef' }] as const;

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { route, s3, basePath = '', signer, older, ...rest } = options;
  const cloud = await startLocalCloud();
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}${basePath}`;
  const publicUrl = `${baseUrl}/files`;
  const own = s3Signer({ ...connection(cloud), checksum: 'crc32', publicUrl, ...s3 } as S3Options);
  const events: ServerEvent[] = [];
  const server = createFileServer({
    authorise: tokenOnly,
    ticketKeys: [...ticketKeys],
    onEvent: (event) => events.push(event),
    ...rest,
    baseUrl,
    signer: signer?.(own, publicUrl, cloud) ?? own,
    alsoRead: older?.(cloud, publicUrl) ?? [],
  });
  http.on('request', nodeListener(server, [uploadRoute(route), downloadRoute]));
  const client = clientOf(cloud);
  const Bucket = cloud.s3.bucket;
  const keyOf = (url: string): string => decodeURIComponent(url.slice(publicUrl.length + 1));
  return {
    baseUrl,
    port,
    cloud,
    server,
    http,
    events,
    keys: async () =>
      ((await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key ?? ''),
    openUploads: async () =>
      (await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.length ?? 0,
    object: async (url) => {
      const key = keyOf(url);
      const found = await client.send(new GetObjectCommand({ Bucket, Key: key }));
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: key }));
      return {
        key,
        bytes: (await found.Body?.transformToByteArray()) ?? new Uint8Array(),
        contentType: head.ContentType,
        disposition: head.ContentDisposition,
        metadata: head.Metadata ?? {},
      };
    },
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      client.destroy();
      await cloud.stop();
    },
  };
}

function connection({ s3 }: LocalCloud): Partial<S3Options> {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = s3;
  return { endpoint, region, bucket, credentials: { accessKeyId, secretAccessKey } };
}

function clientOf({ s3 }: LocalCloud): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  const credentials = { accessKeyId, secretAccessKey };
  return new S3Client({ endpoint, region, credentials, forcePathStyle: true });
}
