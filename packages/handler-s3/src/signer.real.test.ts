import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describeStore } from '../test/store-suite.ts';

const { RGW_ENDPOINT: endpoint, RGW_ACCESS_KEY, RGW_SECRET_KEY } = process.env;

describeStore('s3Signer on Ceph RGW', async () => {
  if (!endpoint || !RGW_ACCESS_KEY || !RGW_SECRET_KEY) {
    throw new Error('Set RGW_ENDPOINT, RGW_ACCESS_KEY and RGW_SECRET_KEY to a running Ceph RGW.');
  }
  const credentials = { accessKeyId: RGW_ACCESS_KEY, secretAccessKey: RGW_SECRET_KEY };
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
