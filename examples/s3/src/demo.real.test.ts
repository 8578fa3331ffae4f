import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { linesAfter, runAsProcess } from '@mesibo-files/demo-kit/testing';
import { afterAll, expect, it } from 'vitest';

const main = new URL('./main.ts', import.meta.url);

const { RGW_ENDPOINT: endpoint, RGW_ACCESS_KEY, RGW_SECRET_KEY } = process.env;
const temp = mkdtempSync(join(tmpdir(), 'demo-real-test-'));
afterAll(() => rmSync(temp, { recursive: true }));

it('the demo sends its files through a bucket of Ceph RGW', async () => {
  if (!endpoint || !RGW_ACCESS_KEY || !RGW_SECRET_KEY) {
    throw new Error('Set RGW_ENDPOINT, RGW_ACCESS_KEY and RGW_SECRET_KEY to a running Ceph RGW.');
  }
  const credentials = { accessKeyId: RGW_ACCESS_KEY, secretAccessKey: RGW_SECRET_KEY };
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  const bucket = `demo-${randomBytes(4).toString('hex')}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  const { code, stdout, stderr } = await runAsProcess({
    main,
    env: {
      S3_BUCKET: bucket,
      S3_ENDPOINT: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: RGW_ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: RGW_SECRET_KEY,
    },
    temp,
  });
  expect(code, stderr).toBe(0);
  const sent = linesAfter(stdout, 'SHA-256 of what was sent');
  expect(sent).toHaveLength(2);
  expect(linesAfter(stdout, 'SHA-256 of what arrived: the same')).toEqual(sent);
  for (const url of linesAfter(stdout, 'URL in the message'))
    expect(url).toContain(`${endpoint}/${bucket}/mesibo/`);
});
