import { s3Signer } from '@mesibo-files/handler-s3';
import { startLocalCloud } from '@mesibo-files/local-cloud';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gcsStore } from '../signing/gcs-store.ts';
import { stored } from '../wire/downloads.ts';
import { startWorld } from '../wire/world.ts';
import { describeRanges, FILES, type RangeServer } from './describe-ranges.ts';
import { RANGE_REQUESTS } from './requests.ts';
import { type Started, signedUrls, startDisk } from './stores.ts';

/** A file server that streams what its S3 holds. It knows no date of a file. */
async function startStreaming(): Promise<Started> {
  const world = await startWorld({ downloads: 'stream' });
  const urls = { ten: await stored(world, FILES.ten), empty: await stored(world, FILES.empty) };
  return { urls, stop: world.close };
}

async function startS3(): Promise<Started> {
  const { s3, stop } = await startLocalCloud();
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = s3;
  const credentials = { accessKeyId, secretAccessKey };
  return { urls: await signedUrls(s3Signer({ endpoint, region, bucket, credentials })), stop };
}

async function startGcs(): Promise<Started> {
  const { gcs, stop } = await startLocalCloud();
  const signer = gcsStore(gcs).signer({ prefix: 'ranges', publicUrl: 'https://files.example.com/files' });
  return { urls: await signedUrls(signer), stop };
}

const asS3: RangeServer['expected'] = ({ answer, s3, method }) => (method === 'HEAD' ? null : (s3 ?? answer));

/** Who answers, and what is expected of it; what is signed for a GET of a store is no good for a HEAD. */
const servers: readonly [string, () => Promise<Started>, RangeServer['expected']][] = [
  ['a streamed download', startStreaming, ({ answer, undated }) => undated ?? answer],
  ['the disk store', () => startDisk(), ({ answer }) => answer],
  ['the local S3', startS3, asS3],
  ['the local Google Cloud Storage', startGcs, asS3],
];

describe.each(servers)('ranges and conditions of %s', (_, start, expected) => {
  let started: Started;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(() => started.stop());
  describeRanges(() => ({ url: (file) => started.urls[file], expected }));
});

it('the table has at least 60 requests, and gives a reason for each answer that is not that of nginx', () => {
  expect(RANGE_REQUESTS.length).toBeGreaterThanOrEqual(60);
  for (const { nginx, why, answer } of RANGE_REQUESTS) {
    expect(nginx === undefined).toBe(why === undefined);
    expect(nginx).not.toBe(answer);
  }
});
