import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describeStore } from '../test/store-suite.ts';

/** Ceph RGW; `RGW_ENDPOINT`, `RGW_ACCESS_KEY` and `RGW_SECRET_KEY` name another than the one of our scripts. */
const endpoint = process.env.RGW_ENDPOINT ?? 'http://127.0.0.1:7480';
const credentials = {
  accessKeyId: process.env.RGW_ACCESS_KEY ?? 'testaccess',
  secretAccessKey: process.env.RGW_SECRET_KEY ?? 'testsecret0123456789',
};

describeStore('s3Signer on Ceph RGW', async () => {
  const bucket = `handler-s3-${randomBytes(4).toString('hex')}`;
  const region = 'us-east-1';
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    options: { endpoint, region, bucket, credentials },
    close: async () => client.destroy(),
    conditionalComplete: false,
  };
});
