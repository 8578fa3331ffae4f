import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createRuntime, download, upload } from '@mesibo-files/handler-core';
import { memoryFiles } from '@mesibo-files/handler-core/testing';
import { expect, it } from 'vitest';
import { s3Signer } from '../src/signer.ts';
import { call } from './facts.ts';

const MIB = 1024 * 1024;
const { SWIFT_ENDPOINT: endpoint, SWIFT_ACCESS_KEY = '', SWIFT_SECRET_KEY = '' } = process.env;

// Left out where Swift is not installed, as its other tests are.
for (const size of endpoint === undefined ? [] : [0, 1000, 11 * MIB]) {
  it(`Swift, with no option but its endpoint: ${size} bytes go there and back, and its 501 is found out`, async () => {
    const credentials = { accessKeyId: SWIFT_ACCESS_KEY, secretAccessKey: SWIFT_SECRET_KEY };
    const bucket = `edges-${randomBytes(4).toString('hex')}`;
    const client = new S3Client({
      endpoint: endpoint ?? '',
      region: 'us-east-1',
      credentials,
      forcePathStyle: true,
    });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
    const signer = s3Signer({
      bucket,
      endpoint: endpoint ?? '',
      region: 'us-east-1',
      credentials,
      partSize: 5 * MIB,
    });
    const files = memoryFiles();
    const bytes = new Uint8Array(size).map((_, index) => index % 251);
    files.files.set('/there', bytes);
    const runtime = createRuntime({ ports: { files } });
    for (let times = 0; times < 2; times++) {
      const { url } = await upload({ signer, runtime, from: '/there' });
      await download({ signers: [signer], runtime, url, to: '/back' });
      expect(Buffer.compare(Buffer.from(files.files.get('/back') ?? [1]), bytes)).toBe(0);
    }
    // Only a file in one request is answered 501; the condition of a Complete, Swift heeds.
    const guard = size > 5 * MIB ? 'store' : 'key';
    expect(await signer.capabilities(call)).toMatchObject({ noOverwrite: { single: guard } });
  });
}
