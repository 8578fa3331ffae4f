import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Call, call, type Reply } from '../../test/call.ts';
import { certificate } from '../../test/certificate.ts';
import { clientFor } from '../../test/client.ts';
import {
  type Fault,
  type FaultProxy,
  type LocalCloud,
  type S3Connection,
  startFaultProxy,
  startLocalCloud,
} from '../index.ts';

describe('the fault proxy', () => {
  let cloud: LocalCloud;
  let proxy: FaultProxy;
  let behind: S3Connection;
  beforeAll(async () => {
    cloud = await startLocalCloud();
    proxy = await startFaultProxy({ target: cloud.s3.endpoint });
    behind = { ...cloud.s3, endpoint: proxy.endpoint };
  });
  afterEach(() => proxy.faults.clear());
  afterAll(async () => {
    await proxy.stop();
    await cloud.stop();
  });

  const through = (options: Partial<Call> = {}): Promise<Reply> =>
    call(behind, { method: 'GET', key: 'a', ...options });
  const direct = (options: Partial<Call> = {}): Promise<Reply> =>
    call(cloud.s3, { method: 'GET', key: 'a', ...options });
  const put = (body: string, key = 'a') => direct({ method: 'PUT', body, key });
  const fault = (action: Fault['action'], more: Partial<Fault> = {}) => proxy.faults.add({ action, ...more });

  it('passes everything on, so that signatures for its own address hold', async () => {
    const client: S3Client = clientFor(behind);
    const object = { Bucket: behind.bucket, Key: 'any Ж' };
    await client.send(new PutObjectCommand({ ...object, Body: 'hello', Metadata: { a: 'b' } }));
    const { Body, Metadata } = await client.send(new GetObjectCommand(object));
    expect([await Body?.transformToString(), Metadata]).toEqual(['hello', { a: 'b' }]);
    expect((await client.send(new HeadObjectCommand(object))).ContentLength).toBe(5);
    expect((await through({ key: 'absent' })).code).toBe('NoSuchKey');
  });

  it('loses an answer after the store has done the work', async () => {
    fault({ kind: 'lose-answer' }, { match: { method: 'PUT' } });
    await expect(through({ method: 'PUT', key: 'lost', body: 'stored' })).rejects.toThrow();
    expect(String((await through({ key: 'lost' })).body)).toBe('stored');
  });

  it('closes before anything reaches the store', async () => {
    await direct({ method: 'DELETE', key: 'never' });
    fault({ kind: 'close-before' });
    await expect(through({ method: 'PUT', key: 'never', body: 'x' })).rejects.toThrow();
    expect((await direct({ key: 'never' })).status).toBe(404);
  });

  it('closes in the middle of a request', async () => {
    fault({ kind: 'close-after-request-bytes', bytes: 10 });
    await expect(through({ method: 'PUT', key: 'half', body: 'x'.repeat(1_000_000) })).rejects.toThrow();
    expect((await direct({ key: 'half' })).status).toBe(404);
  });

  it('truncates an answer', async () => {
    await put('0123456789'.repeat(100_000));
    fault({ kind: 'truncate-answer', afterBytes: 500_000 });
    await expect(through()).rejects.toThrow('aborted');
    expect(proxy.requests.at(-1)).toMatchObject({
      status: 200,
      answerBytes: 500_000,
      faults: ['truncate-answer'],
    });
  });

  it('hangs, and stalls an answer', async () => {
    await put('0123456789');
    for (const action of [{ kind: 'hang' }, { kind: 'stall-answer', afterBytes: 4 }] as const) {
      fault(action);
      const ended = through().then(
        () => 'ended',
        () => 'ended',
      );
      expect(await Promise.race([ended, sleep(200, 'waiting')])).toBe('waiting');
    }
    expect(proxy.requests.at(-1)).toMatchObject({ status: 200, answerBytes: 4 });
  });

  it('answers by itself', async () => {
    const slow = {
      kind: 'status',
      status: 503,
      headers: { 'retry-after': '7' },
      body: '<Error><Code>SlowDown</Code></Error>',
    };
    fault(slow as Fault['action']);
    const { status, code, headers } = await through({ method: 'PUT', key: 'busy', body: 'x' });
    expect([status, code, headers['retry-after']]).toEqual([503, 'SlowDown', '7']);
    expect((await direct({ key: 'busy' })).status).toBe(404);
  });

  it('corrupts one byte of an answer, or of a request', async () => {
    await put('0123456789');
    fault({ kind: 'corrupt-answer', offset: 3 });
    const { body } = await through();
    expect([...body].flatMap((byte, n) => (byte === 48 + n ? [] : [n]))).toEqual([3]);
    fault({ kind: 'corrupt-request', offset: 0 });
    const sha256 = { 'x-amz-checksum-crc32': 'pt6ObA==' };
    expect((await through({ method: 'PUT', key: 'bad', body: '0123456789', headers: sha256 })).code).toBe(
      'BadDigest',
    );
  });

  it('delays and throttles', async () => {
    await put('x'.repeat(10_000));
    fault({ kind: 'delay', milliseconds: 100 });
    fault({ kind: 'throttle', bytesPerSecond: 50_000 });
    const start = performance.now();
    expect((await through()).body).toHaveLength(10_000);
    expect(performance.now() - start).toBeGreaterThan(280);
  });

  it('skips, counts and stops after so many times', async () => {
    await put('x');
    const match = { method: 'GET', path: /\/a$/g };
    const active = fault({ kind: 'status', status: 500 }, { match, skip: 1, times: 2 });
    const statuses = [];
    for (let n = 0; n < 5; n++) statuses.push((await through()).status);
    await through({ key: 'b' });
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
    expect([active.matched, active.applied]).toEqual([5, 2]);
    active.remove();
    await through();
    expect(active.matched).toBe(5);
  });

  it('counts requests, and keeps no secret of them', async () => {
    const before = proxy.count({ query: 'partNumber' });
    await through({ method: 'PUT', query: { partNumber: '1', uploadId: 'secret-id' }, body: 'x' });
    expect(proxy.count({ query: 'partNumber' })).toBe(before + 1);
    expect(proxy.count({ request: ({ query }) => query.get('partNumber') === '2' })).toBe(0);
    const record = proxy.requests.at(-1);
    expect(record).toMatchObject({ method: 'PUT', requestBytes: 1, status: 404 });
    expect(JSON.stringify(record)).not.toMatch(/secret-id|[0-9a-f]{64}/);
  });

  it('stands between HTTPS and HTTPS, and shows open connections', async () => {
    const secure = await startLocalCloud({
      tls: certificate,
      s3: { buckets: [{ name: 'open', publicRead: true }] },
    });
    const between = await startFaultProxy({
      target: secure.s3.endpoint,
      tls: certificate,
      ca: certificate.cert,
    });
    between.faults.add({ action: { kind: 'hang' }, skip: 1 });
    const get = (path: string) =>
      new Promise<unknown>((resolve, reject) => {
        request(`${between.endpoint}${path}`, { ca: certificate.cert }, (response) =>
          resolve(response.statusCode),
        )
          .on('error', reject)
          .end();
      });
    expect(await get('/open/a')).toBe(404);
    const hung = get('/open/b').catch(() => 'closed');
    await expect.poll(() => between.connections()).toBe(1);
    await between.stop();
    expect([await hung, between.connections()]).toEqual(['closed', 0]);
    await secure.stop();
  });
});
