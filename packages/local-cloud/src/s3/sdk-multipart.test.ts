import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientFor, refusal } from '../../test/client.ts';
import { type LocalCloud, startLocalCloud } from '../index.ts';

describe('multipart uploads by the official client', () => {
  let cloud: LocalCloud;
  let client: S3Client;
  let Bucket: string;
  beforeAll(async () => {
    cloud = await startLocalCloud({ s3: { minimumPartBytes: 4 } });
    client = clientFor(cloud.s3, { requestChecksumCalculation: 'WHEN_REQUIRED' });
    Bucket = cloud.s3.bucket;
  });
  afterAll(() => cloud.stop());

  const start = async (Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) =>
    (await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))).UploadId;
  const send = (Key: string, UploadId: string | undefined, bodies: readonly string[], algorithm?: 'CRC32') =>
    Promise.all(
      bodies.map(async (Body, index): Promise<CompletedPart> => {
        const PartNumber = index + 1;
        const part = { Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: algorithm };
        const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand(part));
        return { PartNumber, ETag, ChecksumCRC32 };
      }),
    );
  const finish = (Key: string, UploadId: string | undefined, Parts: CompletedPart[], more = {}) =>
    client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }),
    );
  const crc = (text: string): string => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(text));
    return bytes.toString('base64');
  };

  it('joins the parts, and makes the ETag of their MD5s', async () => {
    const UploadId = await start('mp', { ContentType: 'text/plain', Metadata: { a: 'b' } });
    const { ETag } = await finish('mp', UploadId, await send('mp', UploadId, ['part1', 'part2', '!']));
    const digests = ['part1', 'part2', '!'].map((body) => createHash('md5').update(body).digest());
    expect(ETag).toBe(`"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-3"`);
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'mp', Range: 'bytes=3-7' }));
    expect(got).toMatchObject({
      ContentType: 'text/plain',
      Metadata: { a: 'b' },
      ContentRange: 'bytes 3-7/11',
    });
    expect(await got.Body?.transformToString()).toBe('t1par');
    const second = await client.send(new GetObjectCommand({ Bucket, Key: 'mp', PartNumber: 2 }));
    expect([second.PartsCount, await second.Body?.transformToString()]).toEqual([3, 'part2']);
  });

  it('verifies the checksum of the whole', async () => {
    const full = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const;
    const UploadId = await start('full', full);
    const parts = await send('full', UploadId, ['part1', 'part2'], 'CRC32');
    const wrong = { ChecksumCRC32: crc('other'), ChecksumType: 'FULL_OBJECT' };
    expect(await refusal(finish('full', UploadId, parts, wrong))).toEqual({ name: 'BadDigest', status: 400 });
    await finish('full', UploadId, parts, { ...wrong, ChecksumCRC32: crc('part1part2') });
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'full', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ChecksumCRC32: crc('part1part2'), ChecksumType: 'FULL_OBJECT' });
  });

  it('makes a composite checksum, and wants that of every part', async () => {
    const UploadId = await start('composite', { ChecksumAlgorithm: 'CRC32' });
    expect(await refusal(send('composite', UploadId, ['part1'], undefined))).toMatchObject({
      name: 'InvalidRequest',
    });
    const parts = await send('composite', UploadId, ['part1', 'part2'], 'CRC32');
    const without = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    expect(await refusal(finish('composite', UploadId, without))).toMatchObject({ name: 'InvalidRequest' });
    expect((await finish('composite', UploadId, parts)).ChecksumCRC32).toMatch(/=-2$/);
  });

  it('refuses checksum types an algorithm does not have', async () => {
    const sha = { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' } as const;
    expect(await refusal(start('no', sha))).toEqual({ name: 'InvalidRequest', status: 400 });
  });

  it('of two Completes at once with If-None-Match: * one wins', async () => {
    const ids = await Promise.all([start('race'), start('race')]);
    const sent = await Promise.all(ids.map((id, n) => send('race', id, [`from ${n}`])));
    const ends = await Promise.all(
      ids.map((id, n) => refusal(finish('race', id, sent[n] ?? [], { IfNoneMatch: '*' }))),
    );
    expect(ends.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('completes once when asked twice at once', async () => {
    const UploadId = await start('twice');
    const parts = await send('twice', UploadId, ['part1', 'p']);
    const [one, two] = await Promise.all([
      finish('twice', UploadId, parts),
      finish('twice', UploadId, parts),
    ]);
    expect(two.ETag).toBe(one.ETag);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'twice' }));
    expect(await Body?.transformToString()).toBe('part1p');
  });

  it('pages ListParts by 1,000 at most', async () => {
    const UploadId = await start('many');
    await send(
      'many',
      UploadId,
      Array.from({ length: 1003 }, (_, n) => String(n)),
    );
    const first = await client.send(new ListPartsCommand({ Bucket, Key: 'many', UploadId, MaxParts: 5000 }));
    const PartNumberMarker = first.NextPartNumberMarker;
    const rest = await client.send(new ListPartsCommand({ Bucket, Key: 'many', UploadId, PartNumberMarker }));
    expect([first.Parts?.length, first.IsTruncated, rest.Parts?.map((part) => part.PartNumber)]).toEqual([
      1000,
      true,
      [1001, 1002, 1003],
    ]);
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key: 'many', UploadId }));
  });

  it('lists unfinished uploads by pages until they are aborted', async () => {
    const keys = ['u/1', 'u/1', 'u/2'];
    const ids = [];
    for (const key of keys) ids.push(await start(key));
    const list = (KeyMarker?: string, UploadIdMarker?: string) =>
      client.send(
        new ListMultipartUploadsCommand({ Bucket, Prefix: 'u/', MaxUploads: 1, KeyMarker, UploadIdMarker }),
      );
    let page = await list();
    const seen = [page.Uploads?.[0]?.UploadId];
    while (page.IsTruncated) {
      page = await list(page.NextKeyMarker, page.NextUploadIdMarker);
      seen.push(page.Uploads?.[0]?.UploadId);
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    for (const [n, Key] of keys.entries()) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: ids[n] }));
    }
    expect((await list()).Uploads).toBeUndefined();
  });
});
