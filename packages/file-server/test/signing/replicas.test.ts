import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { createRuntime, upload } from '@mesibo-files/handler-core';
import { MIB } from '@mesibo-files/handler-core/provider';
import { remoteSigner } from '@mesibo-files/handler-remote';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Balancer, type Replica, startBalancer, startReplica } from './replica.ts';
import { token } from './secrets.ts';

let cloud: LocalCloud;
let balancer: Balancer;
let replicas: readonly [Replica, Replica];
let folder: string;

beforeAll(async () => {
  cloud = await startLocalCloud();
  balancer = await startBalancer();
  const settings = { baseUrl: balancer.url, store: cloud.s3 };
  replicas = await Promise.all([startReplica(settings), startReplica(settings)]);
  balancer.ports.push(...replicas.map(({ port }) => port));
  folder = await mkdtemp(join(tmpdir(), 'mesibo-files-replicas-'));
});

afterAll(async () => {
  for (const replica of replicas) await replica.kill();
  await balancer.close();
  await cloud.stop();
  await rm(folder, { recursive: true });
});

it('any replica goes on with what another began, also when that one is killed in mid-upload', async () => {
  const [first, second] = replicas;
  const bytes = randomBytes(100 * MIB);
  const from = join(folder, 'film.mp4');
  await writeFile(from, bytes);
  let killed: Promise<void> | undefined;
  const object = await upload({
    signer: remoteSigner({ baseUrl: balancer.url, token }),
    from,
    runtime: createRuntime({ limits: { retryBase: 10, concurrency: 2 } }),
    onProgress: ({ percent }) => {
      if (percent >= 30) killed ??= first.kill();
    },
  });
  await killed;
  expect(killed).toBeDefined();
  expect(first.answered.slice(0, 2)).toEqual(['capabilities 200', 'begin 200']);
  expect(first.answered).not.toContain('commit 200');
  expect(second.answered).toContain('sign 200');
  expect(second.answered).not.toContain('begin 200');
  expect(second.answered.at(-1)).toBe('commit 200');
  expect(object.sender?.uid).toBe(7);

  const { endpoint, region, bucket, ...credentials } = cloud.s3;
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: object.key }));
  const stored = (await Body?.transformToByteArray()) ?? new Uint8Array();
  const hash = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
  expect(hash(stored)).toBe(hash(bytes));
  expect((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).toEqual([]);
  client.destroy();
});
