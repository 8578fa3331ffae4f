import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '../test/call.ts';
import { certificate } from '../test/certificate.ts';
import { startLocalCloud } from './index.ts';

describe('startLocalCloud', () => {
  it('runs several at once, each with its own data, and removes them', async () => {
    const [one, two] = await Promise.all([startLocalCloud(), startLocalCloud()]);
    await call(one.s3, { method: 'PUT', key: 'a', body: 'x' });
    expect((await call(two.s3, { method: 'GET', key: 'a' })).code).toBe('NoSuchKey');
    await Promise.all([one.stop(), one.stop(), two.stop()]);
    await expect(stat(one.dataDirectory)).rejects.toThrow('ENOENT');
    await expect(call(one.s3, { method: 'GET', key: 'a' })).rejects.toThrow();
  });

  it('keeps its data in a folder of its own inside of dir', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parent-'));
    const cloud = await startLocalCloud({ dir });
    expect(await readdir(dir)).toHaveLength(1);
    await cloud.stop();
    expect(await readdir(dir)).toEqual([]);
    await rm(dir, { recursive: true });
  });

  it('rejects when the port is taken, and leaves nothing', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parent-'));
    const cloud = await startLocalCloud();
    const port = Number(new URL(cloud.s3.endpoint).port);
    await expect(startLocalCloud({ dir, s3: { port } })).rejects.toThrow('EADDRINUSE');
    expect(await readdir(dir)).toEqual([]);
    await cloud.stop();
    await rm(dir, { recursive: true });
  });

  it('rejects options that S3 would refuse', async () => {
    await expect(startLocalCloud({ s3: { buckets: [{ name: 'No_Bucket' }] } })).rejects.toThrow('not valid');
    const cors = [{ allowedOrigins: ['*'], allowedMethods: ['TRACE'] }];
    await expect(startLocalCloud({ s3: { buckets: [{ name: 'bucket', cors }] } })).rejects.toThrow('TRACE');
    await expect(startLocalCloud({ s3: { credentials: [] } })).rejects.toThrow('at least one');
  });

  it('speaks HTTPS', async () => {
    const cloud = await startLocalCloud({
      tls: certificate,
      s3: { buckets: [{ name: 'open', publicRead: true }] },
    });
    const status = await new Promise((resolve, reject) => {
      request(`${cloud.s3.endpoint}/open/a`, { ca: certificate.cert }, (response) =>
        resolve(response.statusCode),
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(404);
    await cloud.stop();
  });
});
