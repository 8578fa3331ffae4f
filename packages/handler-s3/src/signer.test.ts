import { startLocalCloud } from '@mesibo-files/local-cloud';
import { expect, it } from 'vitest';
import { describeStore } from '../test/store-suite.ts';
import { s3Signer } from './signer.ts';

for (const checksum of ['crc32', 'md5'] as const) {
  describeStore(`s3Signer with ${checksum} on the local cloud`, async () => {
    const cloud = await startLocalCloud();
    const { endpoint, region, bucket, accessKeyId, secretAccessKey } = cloud.s3;
    return {
      options: { endpoint, region, bucket, checksum, credentials: { accessKeyId, secretAccessKey } },
      close: () => cloud.stop(),
      conditionalComplete: true,
    };
  });
}

it('two signers of one bucket and prefix name the same store, any others another', () => {
  const store = (more: object = {}): string | undefined =>
    s3Signer({ bucket: 'files', region: 'eu-west-1', ...more }).store;
  expect(store()).toBe('s3 amazonaws.com/files/mesibo');
  expect(store({ credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })).toBe(store());
  const others = [{ bucket: 'other' }, { prefix: 'other' }, { endpoint: 'http://127.0.0.1:9000' }].map(store);
  expect(new Set([store(), ...others]).size).toBe(4);
});
