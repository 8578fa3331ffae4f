import { type Bucket, Storage } from '@google-cloud/storage';
import { Impersonated, OAuth2Client } from 'google-auth-library';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crc } from '../../test/gcs/behaviour/steps.ts';
import { officialClient } from '../../test/gcs/client.ts';
import { send } from '../../test/gcs/request.ts';
import { startTestServer, type TestServer } from '../../test/gcs/server.ts';

describe('the official client', () => {
  let server: TestServer;
  let storage: Storage;
  let bucket: Bucket;
  beforeAll(async () => {
    server = await startTestServer();
    storage = officialClient(server.gcs);
    bucket = storage.bucket(server.gcs.bucket);
  });
  afterAll(() => server.stop());

  const inAnHour = (): number => Date.now() + 3_600_000;

  it('signs URLs to write and to read', async () => {
    const file = bucket.file('signed/ü +&=.txt');
    const [put] = await file.getSignedUrl({
      version: 'v4',
      action: 'write',
      expires: inAnHour(),
      contentType: 'text/plain',
      extensionHeaders: { 'x-goog-if-generation-match': '0', 'x-goog-content-length-range': '5,5' },
    });
    const headers = {
      'content-type': 'text/plain',
      'x-goog-if-generation-match': '0',
      'x-goog-content-length-range': '5,5',
    };
    expect((await send(put, { method: 'PUT', body: 'hello', headers })).status).toBe(200);
    expect((await send(put, { method: 'PUT', body: 'hello', headers })).code).toBe('PreconditionFailed');
    const [get] = await file.getSignedUrl({
      version: 'v4',
      action: 'read',
      expires: inAnHour(),
      promptSaveAs: 'ü.txt',
    });
    const reply = await send(get, { method: 'GET' });
    expect([reply.status, reply.body.toString()]).toEqual([200, 'hello']);
    expect(reply.headers['content-disposition']).toContain('attachment');
  });

  it('signs URLs that start a session, and parts of a multipart upload', async () => {
    const signing = { version: 'v4', action: 'resumable', expires: inAnHour() } as const;
    const [start] = await bucket.file('session').getSignedUrl(signing);
    const opened = await send(start, { method: 'POST', headers: { 'x-goog-resumable': 'start' } });
    expect(opened.status).toBe(201);
    expect((await send(opened.headers.location ?? '', { method: 'PUT', body: 'x' })).status).toBe(200);

    const url = `${server.gcs.endpoint}/${server.gcs.bucket}/parts`;
    const { data } = await storage.authClient.request<string>({
      url: `${url}?uploads`,
      method: 'POST',
      responseType: 'text',
    });
    const uploadId = /<UploadId>([^<]+)</.exec(data)?.[1] ?? '';
    const queryParams = { partNumber: '1', uploadId };
    const [part] = await bucket
      .file('parts')
      .getSignedUrl({ version: 'v4', action: 'write', expires: inAnHour(), queryParams });
    const { headers } = await send(part, { method: 'PUT', body: 'x' });
    await storage.authClient.request({
      url: `${url}?uploadId=${uploadId}`,
      method: 'POST',
      responseType: 'text',
      data: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${headers.etag}</ETag></Part></CompleteMultipartUpload>`,
    });
    const [metadata] = await bucket.file('parts').getMetadata();
    expect([metadata.size, metadata.crc32c, metadata.md5Hash]).toEqual(['1', crc('x'), undefined]);
  });

  it('signs without a key, through the IAM credentials API', async () => {
    const sourceClient = new OAuth2Client();
    sourceClient.setCredentials({
      access_token: await server.fetchToken('https://www.googleapis.com/auth/cloud-platform'),
      expiry_date: inAnHour(),
    });
    const authClient = new Impersonated({
      sourceClient,
      targetPrincipal: server.gcs.clientEmail,
      targetScopes: ['https://www.googleapis.com/auth/devstorage.read_only'],
      endpoint: server.gcs.endpoint,
      lifetime: 600,
    });
    const { bucket: name, endpoint: apiEndpoint } = server.gcs;
    const keyless = new Storage({
      apiEndpoint,
      authClient,
      useAuthWithCustomEndpoint: true,
      projectId: 'any',
    });
    const [url] = await keyless
      .bucket(name)
      .file('keyless')
      .getSignedUrl({ version: 'v4', action: 'write', expires: inAnHour() });
    expect((await send(url, { method: 'PUT', body: 'x' })).status).toBe(200);
    expect((await keyless.bucket(name).file('keyless').getMetadata())[0].size).toBe('1');
    await expect(keyless.bucket(name).file('keyless').delete()).rejects.toMatchObject({ code: 403 });
  });

  it('lists, changes and deletes', async () => {
    for (const name of ['list/a', 'list/b', 'list/c'])
      await bucket.file(name).save(name, { resumable: false });
    const first = { prefix: 'list/', maxResults: 2, autoPaginate: false };
    const [page, next] = await bucket.getFiles(first);
    const [rest] = await bucket.getFiles({ ...first, ...next });
    expect([page, rest].map((files) => files.map(({ name }) => name))).toEqual([
      ['list/a', 'list/b'],
      ['list/c'],
    ]);
    const file = bucket.file('list/a');
    const [changed] = await file.setMetadata({ metadata: { seen: 'yes' } }, { ifMetagenerationMatch: 1 });
    expect([changed.metadata, changed.metageneration]).toEqual([{ seen: 'yes' }, '2']);
    await expect(file.delete({ ifGenerationMatch: 1 })).rejects.toMatchObject({ code: 412 });
    await file.delete({ ifGenerationMatch: changed.generation ?? 0 });
    expect(await file.exists()).toEqual([false]);
    await expect(file.getMetadata()).rejects.toMatchObject({ code: 404 });
    await expect(file.download()).rejects.toMatchObject({ code: 404 });
  });

  it('reads a range', async () => {
    const file = bucket.file('range');
    await file.save('0123456789', { resumable: false });
    expect(String((await file.download({ start: 2, end: 4 }))[0])).toBe('234');
  });

  it('makes buckets and sets their CORS rules', async () => {
    const made = storage.bucket('made-here');
    expect(await made.exists()).toEqual([false]);
    await made.create();
    await made.setCorsConfiguration([{ origin: ['*'], method: ['GET'], maxAgeSeconds: 60 }]);
    const [{ cors }] = await made.getMetadata();
    expect(cors).toEqual([{ origin: ['*'], method: ['GET'], responseHeader: [], maxAgeSeconds: 60 }]);
    await expect(storage.createBucket('made-here')).rejects.toMatchObject({ code: 409 });
    await made.delete();
    expect((await storage.getBuckets())[0].map(({ name }) => name)).toEqual([server.gcs.bucket]);
  });
});
