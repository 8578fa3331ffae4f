import { S3Client } from '@aws-sdk/client-s3';
import { partCount, partLength, partSizeFor } from '@mesibo-files/handler-core/provider';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  MAX_OBJECT_SIZE,
  MAX_PART_SIZE,
  MAX_PARTS,
  MIN_PART_SIZE,
  type S3Options,
  settingsOf,
} from './options.ts';
import { s3Signer } from './signer.ts';

const MIB = 1024 * 1024;

describe('the options', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('have the documented defaults', () => {
    expect(settingsOf({ bucket: 'files' })).toMatchObject({
      prefix: 'mesibo',
      endpoint: null,
      forcePathStyle: false,
      checksum: 'crc32',
      conditionalWrites: true,
      partSize: 8 * MIB,
      singleUpTo: 8 * MIB,
      maxSize: 5 * 1024 ** 4,
      timeToLive: 900_000,
    });
    expect(settingsOf({ bucket: 'files', endpoint: 'https://s3.example' })).toMatchObject({
      forcePathStyle: true,
      checksum: 'md5',
    });
  });

  it('name all that is wrong at once', () => {
    const wrong: S3Options = {
      bucket: 'a',
      prefix: '../x',
      publicUrl: 'ftp://x',
      endpoint: 'nonsense',
      partSize: 5 * MIB - 1,
      singleUpTo: -1,
      maxSize: 0.5,
      timeToLive: 8 * 86_400_000,
      cacheControl: 'a\r\nb',
      region: '',
    };
    const names = [
      'bucket',
      'prefix',
      'publicUrl',
      'endpoint',
      'partSize',
      'singleUpTo',
      'maxSize',
      'timeToLive',
    ];
    for (const name of [...names, 'cacheControl', 'region']) {
      expect(() => s3Signer(wrong)).toThrow(new RegExp(`[:;] ${name}:`));
    }
    expect(() => s3Signer(wrong)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it.each(['arn:aws:s3:::files', 'files--x-s3', 'Files', 'fi', 'a..b', 'x/y'])(
    'refuse %s as a bucket of Amazon',
    (bucket) => {
      expect(() => settingsOf({ bucket })).toThrow(/bucket/);
    },
  );

  it('take the endpoint where the SDK would', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9000');
    expect(settingsOf({ bucket: 'files' }).endpoint).toBe('http://127.0.0.1:9000');
    vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://127.0.0.1:9001');
    expect(settingsOf({ bucket: 'files' }).endpoint).toBe('http://127.0.0.1:9001');
    expect(settingsOf({ bucket: 'files', endpoint: 'http://127.0.0.1:9002' }).endpoint).toBe(
      'http://127.0.0.1:9002',
    );
  });

  it('refuse a client that would add checksums of its own', async () => {
    const client = new S3Client({
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const signer = s3Signer({ bucket: 'files', client });
    const reading = signer.read('https://files.s3.eu-west-1.amazonaws.com/mesibo/x', {
      signal: new AbortController().signal,
    });
    await expect(reading).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});

const sizes = fc.oneof(
  fc.integer({ min: 0, max: MAX_OBJECT_SIZE }),
  fc.integer({ min: 0, max: 100_000_000 }),
  fc.integer({ min: -2, max: 2 }).map((more) => MIN_PART_SIZE * MAX_PARTS + more),
  fc.integer({ min: 0, max: 2 }).map((less) => MAX_OBJECT_SIZE - less),
);
const wanted = fc.oneof(fc.constant(MIN_PART_SIZE), fc.integer({ min: MIN_PART_SIZE, max: MAX_PART_SIZE }));

describe('part sizes', () => {
  it('make at most 10,000 parts of one size, between 5 MiB and 5 GiB, that add up to the file', () => {
    fc.assert(
      fc.property(sizes, wanted, (size, least) => {
        const partSize = partSizeFor(size, least, MAX_PARTS);
        const count = partCount(size, partSize);
        expect(partSize).toBeGreaterThanOrEqual(least);
        expect(partSize).toBeLessThanOrEqual(MAX_PART_SIZE);
        expect(count).toBeLessThanOrEqual(MAX_PARTS);
        const last = partLength(count, size, partSize);
        expect((count - 1) * partSize + last).toBe(size);
        expect(last).toBeGreaterThanOrEqual(Math.min(size, 1));
        if (count > 1) expect(partLength(count - 1, size, partSize)).toBe(partSize);
      }),
      { numRuns: 2000 },
    );
  });

  it('stay as wanted while 10,000 of them suffice', () => {
    expect(partSizeFor(MIN_PART_SIZE * MAX_PARTS, MIN_PART_SIZE, MAX_PARTS)).toBe(MIN_PART_SIZE);
    expect(partSizeFor(MIN_PART_SIZE * MAX_PARTS + 1, MIN_PART_SIZE, MAX_PARTS)).toBe(
      MIN_PART_SIZE + 1024 * 1024,
    );
  });
});
