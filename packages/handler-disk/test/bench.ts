import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { FileFacts, Manifest, SignedRequest, SignerCall } from '@mesibo-files/handler-core/provider';
import { Agent, request } from 'undici';
import { onTestFinished } from 'vitest';
import { diskStoreOn } from '../src/handler.ts';
import type { DiskOptions, DiskStore } from '../src/index.ts';
import { type FileSystem, nodeFileSystem } from '../src/store/files.ts';
import { inspection } from './inspection.ts';
import { type StoreServer, startStoreServer } from './store-server.ts';

/** A call that nobody stops. */
export const call: SignerCall = { signal: new AbortController().signal };

export const SECRET = { id: 'k1', secret: 'a secret of 32 bytes for a test!' } as const;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A folder, a server, and stores on them that all answer to `/disk`: the first, or that of {@link serve}. */
export interface DiskBench {
  readonly folder: string;
  readonly server: StoreServer;
  readonly store: DiskStore;
  readonly inside: ReturnType<typeof inspection>;
  /** Another store on the same folder, as another process would have it. */
  replica(overrides?: Partial<DiskOptions>, files?: FileSystem): DiskStore;
  /** Serves this store from now on. */
  serve(store: DiskStore): void;
  /** Names in the staging folder. */
  staged(): Promise<readonly string[]>;
}

export async function diskBench(overrides: Partial<DiskOptions> = {}): Promise<DiskBench> {
  const folder = await mkdtemp(join(tmpdir(), 'disk-store-'));
  const server = await startStoreServer();
  onTestFinished(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const replica: DiskBench['replica'] = (own = {}, files = nodeFileSystem) =>
    diskStoreOn(files, {
      folder: join(folder, 'store'),
      secrets: [SECRET],
      storeUrl: `${server.endpoint}/disk`,
      partSize: 64 * 1024,
      ...overrides,
      ...own,
    });
  const store = replica();
  server.add('disk', store);
  return {
    folder: join(folder, 'store'),
    server,
    store,
    inside: inspection(join(folder, 'store')),
    replica,
    serve: (other) => server.add('disk', other),
    staged: () => readdir(join(folder, 'store', 'staging')),
  };
}

/** Bytes of a file, the same for the same seed. */
export function bytesOf(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed >>> 0;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** Its crc32, as it stands in headers. */
export function digestOf(bytes: Uint8Array): string {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(crc32(bytes));
  return digest.toString('base64');
}

/** Facts of a file with these bytes, with what the test cares about. */
export function factsOf(bytes: Uint8Array, own: Partial<FileFacts> = {}): FileFacts {
  return {
    size: bytes.length,
    maxSize: null,
    contentType: 'video/mp4',
    name: 'clip.mp4',
    source: 1,
    uid: 7,
    mid: 9n,
    transferId: 'transfer-1',
    digests: { crc32: digestOf(bytes) },
    ...own,
  };
}

/** What the engine would tell a commit. */
export function manifestOf(bytes: Uint8Array): Manifest {
  return { size: bytes.length, parts: [], digests: { crc32: digestOf(bytes) }, answered: true };
}

const agent = new Agent({ keepAliveTimeout: 100 });

/** Sends a signed request as it stands, with more headers if given. */
export async function send(
  signed: SignedRequest,
  body?: Uint8Array | null,
  more: Readonly<Record<string, string>> = {},
  method: string = signed.method,
): Promise<Answer> {
  const answer = await request(signed.url, {
    method: method as 'GET',
    headers: { ...signed.headers, ...more },
    body: body ?? null,
    dispatcher: agent,
  });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: Buffer.from(await answer.body.arrayBuffer()),
  };
}

/** The signed PUT of a new file. */
export async function signedPut(
  store: DiskStore,
  bytes: Uint8Array,
  own: Partial<FileFacts> = {},
): Promise<{ readonly ticket: string; readonly request: SignedRequest }> {
  const plan = await store.signer.begin(factsOf(bytes, own), call);
  const request = plan.signed[0]?.request;
  if (request === undefined) throw new Error('Nothing was signed.');
  return { ticket: plan.ticket, request };
}

/** Stores a file by one PUT, and answers its file URL. */
export async function stored(
  store: DiskStore,
  bytes: Uint8Array,
  own: Partial<FileFacts> = {},
): Promise<string> {
  const { request, ticket } = await signedPut(store, bytes, own);
  const { status } = await send(request, bytes);
  if (status !== 200) throw new Error(`The PUT was answered by ${status}.`);
  const committed = await store.signer.commit(ticket, manifestOf(bytes), call);
  if (committed.state !== 'stored') throw new Error(`The commit answered ${committed.state}.`);
  return committed.object.url;
}
