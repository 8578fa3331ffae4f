import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createRuntime, FILESOURCE, upload } from '@mesibo-files/handler-core';
import { memoryFiles } from '@mesibo-files/handler-core/testing';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { s3Signer } from '../signer.ts';

const MIB = 1024 * 1024;
let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await startLocalCloud();
});
afterAll(() => cloud.stop());

it.each([1000, 6 * MIB])(
  'a picture of %i bytes has its own cache policy, and its own folder',
  async (size) => {
    const { endpoint, region, bucket, ...credentials } = cloud.s3;
    const store = { endpoint, region, credentials, forcePathStyle: true };
    const cacheControl = { message: 'private, no-store', profile: 'public, max-age=86400' };
    const signer = s3Signer({ bucket, partSize: 5 * MIB, cacheControl, ...store });
    const files = memoryFiles();
    files.files.set('/picture.jpg', new Uint8Array(size));
    const runtime = createRuntime({ ports: { files } });
    const client = new S3Client(store);
    for (const [source, expected] of [
      [FILESOURCE.PROFILE, cacheControl.profile],
      [FILESOURCE.MESSAGE, cacheControl.message],
      [FILESOURCE.THUMBNAIL, undefined],
    ] as const) {
      const { key } = await upload({ signer, runtime, from: '/picture.jpg', source });
      const { CacheControl } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      expect([key.startsWith(`mesibo/${source}/`), CacheControl]).toEqual([true, expected]);
    }
  },
);
