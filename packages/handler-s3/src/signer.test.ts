import { startLocalCloud } from '@mesibo-files/local-cloud';
import { describeStore } from '../test/store-suite.ts';

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
