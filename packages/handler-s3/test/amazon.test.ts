import {
  LARGE_PARTS,
  plainHttp,
  runSignerCase,
  type SignerHarness,
  sample,
  signerCases,
} from '@mesibo-files/conformance';
import type { Signer } from '@mesibo-files/handler-core';
import { MIB } from '@mesibo-files/handler-core/provider';
import { type LocalCloud, startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3Signer } from '../src/index.ts';
import { clientAsAmazon, httpAsAmazon } from './as-amazon.ts';
import { call, fileFacts } from './facts.ts';
import { s3Harness } from './harness.ts';
import { SMALL_PART, smallPartsSigner } from './small-parts.ts';

/** Milliseconds that one case may take; most take a few. */
const CASE_TIMEOUT = 60_000;

const hostile = signerCases.filter(({ name }) => name.startsWith('staged:'));

/**
 * With no endpoint, a staged file in one PUT waits as an object, and the store's own condition keeps a key free. Small
 * parts run the whole chapter, and Amazon's least the sample.
 */
describe.each([
  { parts: 'small parts', makeSigner: smallPartsSigner, partSize: SMALL_PART, cases: hostile },
  {
    parts: 'least parts',
    makeSigner: s3Signer,
    partSize: 5 * MIB,
    cases: sample(
      hostile,
      LARGE_PARTS.filter((name) => name.startsWith('staged:')),
    ),
  },
])('without an endpoint, as on Amazon itself, $parts', ({ makeSigner, partSize, cases }) => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await startLocalCloud({ s3: { minimumPartBytes: partSize } });
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
    return makeSigner({
      ...more,
      bucket,
      client: clientAsAmazon({ ...cloud.s3, secretAccessKey }),
      partSize,
      clock: { now: () => Date.now() + clockOffset },
    });
  };

  const harness: SignerHarness = {
    name: 's3 as on Amazon',
    open: async () => {
      const bench = await s3Harness('s3', async () => ({
        ...cloud.s3,
        checksum: 'crc32',
        smallParts: partSize === SMALL_PART,
      })).open();
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

  it.each(cases.map((each) => [each.name, each] as const))(
    '%s',
    (_, each) => runSignerCase(each, harness),
    CASE_TIMEOUT,
  );
});
