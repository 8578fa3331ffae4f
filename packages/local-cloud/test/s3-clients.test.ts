import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, expect, it } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../src/index.ts';
import { clientFor, refusal } from './client.ts';

/** What older clients send, and conditions of deletion. */
let cloud: LocalCloud;
let client: S3Client;
let Bucket: string;

const open = async (region = 'eu-west-1'): Promise<void> => {
  cloud = await startLocalCloud({ s3: { region } });
  client = clientFor(cloud.s3);
  Bucket = cloud.s3.bucket;
};
afterEach(async () => {
  client.destroy();
  await cloud.stop();
});

it('ListObjects goes on by the last key, and by a marker where names are grouped', async () => {
  await open();
  for (const Key of ['a/1', 'a/2', 'b', 'c'])
    await client.send(new PutObjectCommand({ Bucket, Key, Body: '1' }));
  const first = await client.send(new ListObjectsCommand({ Bucket, MaxKeys: 3 }));
  expect(first.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2', 'b']);
  expect([first.IsTruncated, first.NextMarker]).toEqual([true, undefined]);
  const next = await client.send(new ListObjectsCommand({ Bucket, Marker: 'b' }));
  expect([next.Contents?.map(({ Key }) => Key), next.IsTruncated, next.Marker]).toEqual([['c'], false, 'b']);
  const grouped = await client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 1 }));
  expect([grouped.CommonPrefixes?.[0]?.Prefix, grouped.NextMarker]).toEqual(['a/', 'a/']);
  const rest = await client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: 'a/' }));
  expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['b', 'c']);
});

it('a deletion obeys If-Match', async () => {
  await open();
  const place = { Bucket, Key: 'x' };
  const { ETag } = await client.send(new PutObjectCommand({ ...place, Body: '1' }));
  const wrong = client.send(new DeleteObjectCommand({ ...place, IfMatch: '"0"' }));
  expect(await refusal(wrong)).toEqual({ name: 'PreconditionFailed', status: 412 });
  expect((await client.send(new ListObjectsCommand({ Bucket }))).Contents).toHaveLength(1);
  await client.send(new DeleteObjectCommand({ ...place, IfMatch: ETag }));
  expect((await client.send(new ListObjectsCommand({ Bucket }))).Contents).toBeUndefined();
});

it("a bucket of one's own is made again in the oldest region, and in no other", async () => {
  await open('us-east-1');
  expect((await client.send(new CreateBucketCommand({ Bucket }))).$metadata.httpStatusCode).toBe(200);
  client.destroy();
  await cloud.stop();
  await open('eu-west-1');
  expect(await refusal(client.send(new CreateBucketCommand({ Bucket })))).toEqual({
    name: 'BucketAlreadyOwnedByYou',
    status: 409,
  });
});
