import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import {
  type FaultProxy,
  type LocalCloud,
  startFaultProxy,
  startLocalCloud,
} from '@mesibo-files/local-cloud';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CloudConfiguration } from '../src/configuration/store.ts';
import { type Examined, type ExamineOptions, examineStore } from './examine-store.ts';

const ORIGIN = 'https://app.example.com';
const folder = mkdtempSync(join(tmpdir(), 'doctor-clouds-test-'));
let off = 0;
let cloud: LocalCloud;
let proxy: FaultProxy;

beforeAll(async () => {
  const responseHeader = [
    'Content-Type',
    'Content-Disposition',
    'Content-Range',
    'Range',
    'Date',
    'Retry-After',
    'If-Match',
    'x-goog-hash',
    'x-goog-content-length-range',
    'x-goog-if-generation-match',
    'x-goog-meta-mesibomid',
    'x-goog-meta-mesibosecure',
    'x-goog-meta-mesibosource',
    'x-goog-meta-mesibotransfer',
    'x-goog-meta-mesibouid',
    'x-goog-if-match',
  ];
  cloud = await startLocalCloud({
    now: () => Date.now() + off,
    gcs: {
      buckets: [
        { name: 'acme-chat', cors: [{ origin: [ORIGIN], method: ['GET', 'PUT'], responseHeader }] },
        { name: 'acme-public', publicRead: true },
      ],
    },
    azure: true,
  });
  proxy = await startFaultProxy({ target: cloud.gcs.endpoint });
});
afterEach(() => {
  proxy.faults.clear();
  off = 0;
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await proxy.stop();
  await cloud.stop();
  rmSync(folder, { recursive: true });
});

describe('doctor and Google Cloud Storage', () => {
  function useKey(privateKey: string): void {
    const path = join(folder, 'key.json');
    const { clientEmail, tokenUri } = cloud.gcs;
    const key = {
      type: 'service_account',
      client_email: clientEmail,
      private_key: privateKey,
      token_uri: tokenUri,
    };
    writeFileSync(path, JSON.stringify(key));
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', path);
  }

  function examine(
    changes: Partial<CloudConfiguration> = {},
    options: ExamineOptions = {},
  ): Promise<Examined> {
    const passTime = (milliseconds: number): void => {
      off += milliseconds;
    };
    return examineStore(
      { provider: 'gcs', bucket: 'acme-chat', endpoint: proxy.endpoint, ...changes },
      { origin: ORIGIN, passTime, ...options },
    );
  }

  beforeEach(() => useKey(cloud.gcs.privateKey));

  it('finds no fault in a bucket that is as it should be', async () => {
    const { failed, of } = await examine();
    expect(failed).toEqual([]);
    expect(of('large-begin').detail).toBe('a session');
  });

  it("finds a key that is not the account's", async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    useKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const { failed, of } = await examine();
    expect(failed).toEqual(['credentials']);
    expect(of('credentials').fix).toContain('gcloud iam service-accounts keys');
  });

  it('finds that the bucket is not there, and how it is made', async () => {
    const { failed, of } = await examine({ bucket: 'nobody-made-it' });
    expect(failed).toEqual(['bucket']);
    expect(of('bucket').fix).toContain('gcloud storage buckets create gs://nobody-made-it');
  });

  it('finds that nothing may be deleted, and which role is missing', async () => {
    proxy.faults.add({
      match: { method: 'DELETE', path: /\/o\// },
      times: Number.POSITIVE_INFINITY,
      action: {
        kind: 'status',
        status: 403,
        body: '{"error":{"code":403,"errors":[{"reason":"forbidden"}]}}',
      },
    });
    const { failed, of } = await examine();
    expect(failed).toEqual(expect.arrayContaining(['delete', 'leftovers']));
    expect(of('delete')).toMatchObject({
      cause: expect.stringContaining('storage.objects.delete'),
      fix: expect.stringContaining('gs://acme-chat'),
    });
  });

  it('finds a public bucket without CORS', async () => {
    const { failed, of } = await examine({ bucket: 'acme-public' });
    expect(failed).toEqual(['public-read', 'cors-upload', 'cors-download']);
    expect(of('public-read').fix).toBe(
      'gcloud storage buckets update gs://acme-public --public-access-prevention',
    );
    const { fix = '' } = of('cors-upload');
    expect(JSON.parse(fix.slice(fix.indexOf('\n[')))).toMatchObject([
      { origin: [ORIGIN], method: ['GET', 'PUT'] },
    ]);
  });

  it('finds a clock that is wrong', async () => {
    off = 3_600_000;
    expect((await examine()).failed).toEqual(['clock']);
  });
});

describe('doctor and Azure', () => {
  const connection = (): string => cloud.azure?.connectionString ?? '';
  const examine = (bucket: string, origin: string | null = ORIGIN): Promise<Examined> =>
    examineStore({ provider: 'azure', bucket }, { origin });

  beforeEach(() => vi.stubEnv('AZURE_STORAGE_CONNECTION_STRING', connection()));

  it('finds no fault in a container that is as it should be', async () => {
    const { failed } = await examine('local-cloud');
    expect(failed).toEqual([]);
  });

  it("finds a key that is not the account's", async () => {
    const wrong = connection().replace(
      /AccountKey=[^;]*/,
      `AccountKey=${Buffer.alloc(64, 1).toString('base64')}`,
    );
    vi.stubEnv('AZURE_STORAGE_CONNECTION_STRING', wrong);
    const { failed, of } = await examine('local-cloud');
    expect(failed).toEqual(['credentials']);
    expect(of('credentials').fix).toContain('az storage account keys list');
  });

  it('finds that the container is not there', async () => {
    const { failed, of } = await examine('nobody-made-it');
    expect(failed).toEqual(['bucket']);
    expect(of('bucket').fix).toContain('az storage container create');
  });

  it('finds a container that everyone reads', async () => {
    const service = BlobServiceClient.fromConnectionString(connection());
    await service.createContainer('everyone', { access: 'container' });
    const { failed, of } = await examine('everyone');
    expect(failed).toEqual(['public-read', 'public-list']);
    expect(of('public-read').fix).toContain('--allow-blob-public-access false');
  });

  it('finds an account without CORS', async () => {
    const other = await startLocalCloud({ azure: { cors: false } });
    vi.stubEnv('AZURE_STORAGE_CONNECTION_STRING', other.azure?.connectionString ?? '');
    const { failed, of } = await examine('local-cloud');
    await other.stop();
    expect(failed).toEqual(['cors-upload', 'cors-download']);
    expect(of('cors-upload').fix).toContain(`--origins ${ORIGIN}`);
  });
});
