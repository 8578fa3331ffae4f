import { createRuntime, FILESOURCE, upload } from '@mesibo-files/handler-core';
import { memoryFiles } from '@mesibo-files/handler-core/testing';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { optionsOf } from '../../test/facts.ts';
import { officialClient } from '../../test/official-client.ts';
import { gcsSigner } from '../signer.ts';

const MIB = 1024 * 1024;
let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await startLocalCloud();
});
afterAll(() => cloud.stop());

it.each([
  ['one request', 'session', 1000],
  ['a session', 'session', 6 * MIB],
  ['parts', 'multipart', 6 * MIB],
] as const)('a picture by %s has its own cache policy, and its own folder', async (_, way, size) => {
  const cacheControl = { message: 'private, no-store', profile: 'public, max-age=86400' };
  const signer = gcsSigner({
    ...optionsOf(cloud.gcs),
    upload: way,
    partSize: 5 * MIB,
    singleUpTo: MIB,
    cacheControl,
  });
  const files = memoryFiles();
  files.files.set('/picture.jpg', new Uint8Array(size));
  const runtime = createRuntime({ ports: { files } });
  const bucket = officialClient(cloud.gcs).bucket(cloud.gcs.bucket);
  for (const [source, expected] of [
    [FILESOURCE.GROUPPROFILE, cacheControl.profile],
    [FILESOURCE.MESSAGE, cacheControl.message],
  ] as const) {
    const { key } = await upload({ signer, runtime, from: '/picture.jpg', source });
    const [found] = await bucket.file(key).getMetadata();
    expect([key.startsWith(`mesibo/${source}/`), found.cacheControl]).toEqual([true, expected]);
  }
});
