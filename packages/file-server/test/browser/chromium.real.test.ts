import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutBucketCorsCommand, S3Client } from '@aws-sdk/client-s3';
import type { StoreInspection } from '@mesibo-files/conformance';
import { MIB } from '@mesibo-files/handler-core/provider';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeFileServer } from '../../src/node/index.ts';
import { gcsStore } from '../signing/gcs-store.ts';
import type { RemoteStore } from '../signing/remote-harness.ts';
import { s3Store } from '../signing/s3-store.ts';
import { ticketKeys, token } from '../signing/secrets.ts';
import { type OpenPage, openPage } from './chromium.ts';
import type { RoundTrip } from './page.ts';

/** What a page is told of its file server. */
interface Access {
  readonly baseUrl: string;
  readonly token: string;
}

let cloud: LocalCloud;
let opened: OpenPage;
const servers: Server[] = [];

beforeAll(async () => {
  opened = await openPage();
  const cors = await readmeRules('handler-gcs', /`cors\.json`[^`]*```json\n([\s\S]*?)```/);
  cloud = await startLocalCloud({ gcs: { buckets: [{ name: 'local-cloud', cors }] } });
  const { endpoint, region, bucket: Bucket, ...credentials } = cloud.s3;
  const CORSRules = await readmeRules('handler-s3', /CORS, for browsers\s+```json\n([\s\S]*?)```/);
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
});

afterAll(async () => {
  await opened.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await cloud.stop();
});

/** The CORS rules that a provider's README tells to set, for this page. */
async function readmeRules(provider: string, rules: RegExp): Promise<never> {
  const readme = await readFile(new URL(`../../../${provider}/README.md`, import.meta.url), 'utf8');
  const [, json = ''] = rules.exec(readme) ?? [];
  return JSON.parse(json.replaceAll('https://chat.acme.example', opened.origin)) as never;
}

/** A file server in front of a store, which lets the page's origin in. */
async function serve(store: RemoteStore, prefix: string): Promise<Access> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { listener } = nodeFileServer({
    baseUrl,
    signer: store.signer({ prefix, publicUrl: `${baseUrl}/files` }),
    authorise: ({ credential }) =>
      credential.token === token
        ? { allow: true }
        : { allow: false, why: 'sign-in', reason: 'This is not the token.' },
    ticketKeys,
    origins: [opened.origin],
    log: 'silent',
  });
  server.on('request', listener);
  return { baseUrl, token };
}

/** Calls a function of the page. */
function inPage<Result>(name: string, ...args: unknown[]): Promise<Result> {
  return opened.page.evaluate(([called, given]) => Reflect.get(globalThis, called)(...given), [
    name,
    args,
  ] as const);
}

function bytesOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 7 + (index >> 8)) & 255);
}

const STORES = [
  { name: 'S3, in parts', open: () => s3Store(cloud.s3), part: 5 * MIB },
  { name: 'Google Cloud Storage, by session', open: () => gcsStore(cloud.gcs), part: MIB / 4 },
] as const;

describe.each(STORES)('a page in Chromium with $name', ({ open, part }) => {
  let store: RemoteStore;
  let inspection: StoreInspection;
  let access: Access;
  const prefix = `page-${part}`;

  beforeAll(async () => {
    store = open();
    inspection = store.inspect(prefix);
    access = await serve(store, prefix);
  });

  test.each([
    ['a small file', 100_000],
    ['a file of three parts', 2 * part + 1000],
  ])('%s goes up and comes down, and its progress is honest', async (_, size) => {
    const trip = await inPage<RoundTrip>('roundTrip', access, 'Übung 1.png', size);
    const digest = createHash('sha256').update(bytesOf(size)).digest('hex');
    expect(trip).toMatchObject({ name: 'Übung 1.png', type: 'image/png', digest });
    const key = (await inspection.keys()).find((one) => trip.url.endsWith(one.slice(-60)));
    const stored = await inspection.bytes(key ?? '');
    expect(createHash('sha256').update(stored).digest('hex')).toBe(digest);
    for (const percents of [trip.up, trip.down]) {
      expect(percents).toEqual([...percents].sort((a, b) => a - b));
      expect(percents.filter((percent) => percent === 100)).toHaveLength(1);
    }
  });

  test('an upload that was stopped goes on from what is stored', async () => {
    const result = await inPage<{ code: string; resumed: number; url: string }>(
      'stopAndGoOn',
      access,
      4 * part,
    );
    expect(result.code).toBe('stopped');
    expect(result.resumed).toBeGreaterThanOrEqual(part);
    expect(result.url).toMatch(`${access.baseUrl}/files/`);
  });

  test('a token that is wrong is unauthorised, and a page of another origin gets nothing', async () => {
    expect(await inPage('failure', { ...access, token: 'another-token-altogether' })).toBe('unauthorised');
  });
});
