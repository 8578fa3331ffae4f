import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bucket } from '@google-cloud/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { officialClient } from '../../test/gcs/client.ts';
import { startTestServer, type TestServer } from '../../test/gcs/server.ts';

describe('the official client', () => {
  let server: TestServer;
  let bucket: Bucket;
  let folder: string;
  beforeAll(async () => {
    server = await startTestServer();
    bucket = officialClient(server.gcs).bucket(server.gcs.bucket);
    folder = await mkdtemp(join(tmpdir(), 'client-'));
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const bytes = randomBytes(900_001);
  const written = async (): Promise<string> => {
    const path = join(folder, 'file');
    await writeFile(path, bytes);
    return path;
  };
  const facts = { contentType: 'video/mp4', metadata: { owner: 'Zoë' } };
  const absent = { preconditionOpts: { ifGenerationMatch: 0 } };

  const check = async (name: string): Promise<void> => {
    const file = bucket.file(name);
    const [content] = await file.download({ validation: 'crc32c' });
    expect(content.equals(bytes)).toBe(true);
    const path = join(folder, 'back');
    await file.download({ destination: path, validation: 'md5' });
    expect((await readFile(path)).equals(bytes)).toBe(true);
    const [metadata] = await file.getMetadata();
    expect(metadata).toMatchObject({ ...facts, size: '900001', metageneration: '1' });
  };

  it('uploads in one request and downloads with validation', async () => {
    const options = { ...absent, resumable: false, destination: 'folder/one request ü', metadata: facts };
    await bucket.upload(await written(), options);
    await check(options.destination);
    await expect(bucket.upload(await written(), options)).rejects.toMatchObject({ code: 412 });
  });

  it.each([{}, { chunkSize: 256 * 1024 }, { validation: 'crc32c' as const }])(
    'uploads in a session with %o and downloads with validation',
    async (options) => {
      const name = `session ${JSON.stringify(options)}`;
      const [uri] = await bucket.file(name).createResumableUpload({ ...absent, metadata: facts });
      await bucket.upload(await written(), { ...options, destination: name, resumable: true, uri });
      await check(name);
      await expect(bucket.file(name).createResumableUpload(absent)).rejects.toMatchObject({ status: 412 });
    },
  );

  it('opens no session by itself: without a URI it forgets its credentials at an endpoint of its own', async () => {
    const upload = bucket.upload(await written(), { destination: 'a', resumable: true });
    await expect(upload).rejects.toMatchObject({ status: 401 });
  });

  it('sends again what a session did not store', async () => {
    const [uri] = await bucket.file('partly').createResumableUpload({ metadata: facts });
    server.gcs.sessionStoresOnly(256 * 1024);
    const options = { destination: 'partly', resumable: true, uri, chunkSize: 512 * 1024 };
    await bucket.upload(await written(), options);
    await check('partly');
  });
});
