import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { expectBothFiles, linesAfter } from '@mesibo-files/demo-kit/testing';
import { expect, it } from 'vitest';

const main = new URL('./main.ts', import.meta.url);

const { RGW_ENDPOINT: endpoint, RGW_ACCESS_KEY, RGW_SECRET_KEY } = process.env;

it('the demo sends its files through a bucket of Ceph RGW', async () => {
  if (!endpoint || !RGW_ACCESS_KEY || !RGW_SECRET_KEY) {
    throw new Error('Set RGW_ENDPOINT, RGW_ACCESS_KEY and RGW_SECRET_KEY to a running Ceph RGW.');
  }
  const credentials = { accessKeyId: RGW_ACCESS_KEY, secretAccessKey: RGW_SECRET_KEY };
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  const bucket = `demo-${randomBytes(4).toString('hex')}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  const stdout = await expectBothFiles({
    main,
    url: /^http/,
    env: {
      S3_BUCKET: bucket,
      S3_ENDPOINT: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: RGW_ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: RGW_SECRET_KEY,
    },
  });
  for (const url of linesAfter(stdout, 'URL in the message'))
    expect(url).toContain(`${endpoint}/${bucket}/mesibo/`);
});
