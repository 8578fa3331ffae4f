import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../../test/call.ts';
import { clientFor } from '../../../test/client.ts';
import { type LocalCloud, startLocalCloud } from '../../index.ts';

describe('signatures of the official client', () => {
  let cloud: LocalCloud;
  let client: S3Client;
  let Bucket: string;
  beforeAll(async () => {
    cloud = await startLocalCloud();
    client = clientFor(cloud.s3);
    Bucket = cloud.s3.bucket;
  });
  afterAll(() => cloud.stop());

  // A URL resolves `.` and `..` before anything is sent; requests with them are made by hand elsewhere.
  const keys = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 40 })
    .filter((key) => !key.split('/').some((segment) => ['', '.', '..'].includes(segment)));

  it('hold for names in any script, presigned and in headers', async () => {
    await fc.assert(
      fc.asyncProperty(keys, fc.string({ unit: 'binary', maxLength: 20 }), async (Key, type) => {
        await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
        const ResponseContentDisposition = `attachment; filename*=UTF-8''${encodeURIComponent(type)}`;
        const url = await getSignedUrl(
          client,
          new GetObjectCommand({ Bucket, Key, ResponseContentDisposition }),
        );
        const response = await fetch(url);
        expect(await response.text()).toBe(Key);
        expect(response.headers.get('content-disposition')).toBe(ResponseContentDisposition);
      }),
      { numRuns: 60 },
    );
  });

  it('do not hold when any one character of the URL is changed', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'abcdef', Body: 'x' }));
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'abcdef' }));
    const from = url.indexOf('/abcdef') + 1;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(url.length - from - 1),
        fc.constantFrom('0', 'a', 'Z'),
        async (offset, character) => {
          const index = from + offset;
          fc.pre(
            !'%=&?'.includes(url[index] ?? '') &&
              url[index] !== character &&
              !url.slice(index - 2, index).includes('%'),
          );
          const changed = `${url.slice(0, index)}${character}${url.slice(index + 1)}`;
          fc.pre(decodeURIComponent(changed) !== decodeURIComponent(url));
          expect((await fetch(changed)).status).toBeGreaterThanOrEqual(400);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('hold in virtual-host style', async () => {
    const key = 'virtual/host';
    await call(cloud.s3, { method: 'PUT', key, body: 'found' });
    const host = `${Bucket}.localhost:${new URL(cloud.s3.endpoint).port}`;
    const { status, body } = await call(cloud.s3, { method: 'GET', bucket: 'virtual', key: 'host', host });
    expect([status, String(body)]).toEqual([200, 'found']);
  });

  it('are verified with metadata that is signed as a header', async () => {
    const command = new PutObjectCommand({ Bucket, Key: 'meta', Metadata: { owner: 'alice' } });
    const unhoistableHeaders = new Set(['x-amz-meta-owner']);
    const url = await getSignedUrl(
      clientFor(cloud.s3, { requestChecksumCalculation: 'WHEN_REQUIRED' }),
      command,
      {
        unhoistableHeaders,
      },
    );
    const put = (owner: string) =>
      fetch(url, { method: 'PUT', body: 'x', headers: { 'x-amz-meta-owner': owner } });
    expect([(await put('alice')).status, (await put('mallory')).status]).toEqual([200, 403]);
  });
});
