import { plainHttp, runSignerCase, type SignerHarness, signerCases } from '@mesibo-files/conformance';
import type { Signer } from '@mesibo-files/handler-core';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3Signer } from '../src/index.ts';
import { clientAsAmazon, httpAsAmazon } from './as-amazon.ts';
import { call, fileFacts } from './facts.ts';
import { s3Harness } from './harness.ts';

/** Milliseconds that one case may take; most take a few. */
const CASE_TIMEOUT = 60_000;

const hostile = signerCases.filter(({ name }) => name.startsWith('staged:'));

/** With no endpoint, a staged file in one PUT waits as an object, and the store's own condition keeps a key free. */
describe('without an endpoint, as on Amazon itself', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await startLocalCloud();
  });
  afterAll(() => cloud.stop());

  const signerOf = (
    own: {
      prefix?: string;
      bucket?: string;
      secretAccessKey?: string;
      timeToLive?: number;
      clockOffset?: number;
    } = {},
  ): Signer => {
    const {
      bucket = cloud.s3.bucket,
      clockOffset = 0,
      secretAccessKey = cloud.s3.secretAccessKey,
      ...more
    } = own;
    return s3Signer({
      ...more,
      bucket,
      client: clientAsAmazon({ ...cloud.s3, secretAccessKey }),
      partSize: 5 * 1024 * 1024,
      clock: { now: () => Date.now() + clockOffset },
    });
  };

  const harness: SignerHarness = {
    name: 's3 as on Amazon',
    open: async () => {
      const bench = await s3Harness('s3', async () => ({ ...cloud.s3, checksum: 'crc32' })).open();
      const { prefix = '' } = bench.options;
      return {
        ...bench,
        signer: signerOf({ prefix }),
        signerWith: (overrides) => signerOf({ prefix, ...overrides }),
        broken: {
          wrongCredentials: () => signerOf({ prefix, secretAccessKey: 'not-the-secret-of-this-key' }),
          missingBucket: () => signerOf({ prefix, bucket: `${cloud.s3.bucket}-missing` }),
        },
        http: httpAsAmazon(plainHttp(), cloud.s3),
      };
    },
  };

  it('signs for the host of Amazon, and sends a readable file in a plain PUT', async () => {
    const plan = await signerOf().begin(fileFacts({ size: 3, digests: { crc32: 'AAAAAA==' } }), {
      ...call,
      staging: 'readable',
    });
    const url = new URL(plan.signed[0]?.request.url ?? '');
    expect(url.host).toBe('s3.us-east-1.amazonaws.com');
    expect(url.searchParams.has('uploadId')).toBe(false);
    expect(plan.signed[0]?.request.headers['if-none-match']).toBe('*');
    expect((await signerOf().capabilities(call)).noOverwrite.parts).toBe('store');
  });

  it.each(hostile.map((each) => [each.name, each] as const))(
    '%s',
    (_, each) => runSignerCase(each, harness),
    CASE_TIMEOUT,
  );
});
