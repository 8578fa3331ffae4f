import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientFor, refusal } from '../../test/client.ts';
import { type LocalCloud, startLocalCloud } from '../index.ts';

describe('objects by the official client', () => {
  let cloud: LocalCloud;
  let client: S3Client;
  let Bucket: string;
  beforeAll(async () => {
    cloud = await startLocalCloud();
    client = clientFor(cloud.s3);
    Bucket = cloud.s3.bucket;
  });
  afterAll(() => cloud.stop());

  const text = async (Key: string): Promise<string | undefined> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    return Body?.transformToString();
  };

  it('puts and gets with the default checksum, which the client verifies', async () => {
    const put = await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'hello' }));
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' }));
    expect(put.ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
    expect(got.ChecksumCRC32).toBe(put.ChecksumCRC32);
    expect(await got.Body?.transformToString()).toBe('hello');
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)('verifies %s', async (algorithm) => {
    const Body = randomBytes(70_000);
    const put = await client.send(
      new PutObjectCommand({ Bucket, Key: algorithm, Body, ChecksumAlgorithm: algorithm }),
    );
    const head = await client.send(
      new HeadObjectCommand({ Bucket, Key: algorithm, ChecksumMode: 'ENABLED' }),
    );
    expect(put[`Checksum${algorithm}`]).toMatch(/=$/);
    expect(head[`Checksum${algorithm}`]).toBe(put[`Checksum${algorithm}`]);
    expect(head.ChecksumType).toBe('FULL_OBJECT');
  });

  it('takes a stream in aws-chunked framing with a checksum in the trailer', async () => {
    const chunks = [randomBytes(100_000), randomBytes(1), randomBytes(65_536)];
    const ContentLength = chunks.reduce((sum, { length }) => sum + length, 0);
    const Body = Readable.from(chunks);
    await client.send(
      new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength, ContentEncoding: 'gzip' }),
    );
    const { Body: got, ContentEncoding } = await client.send(new GetObjectCommand({ Bucket, Key: 'stream' }));
    expect(Buffer.from((await got?.transformToByteArray()) ?? []).equals(Buffer.concat(chunks))).toBe(true);
    expect(ContentEncoding).toBe('gzip');
  });

  it('gives back everything stated of an object', async () => {
    const stated = {
      ContentType: 'image/png',
      ContentDisposition: `attachment; filename*=UTF-8''%E5%86%99.png`,
      CacheControl: 'no-store',
      ContentLanguage: 'ru',
      Metadata: { owner: 'alice' },
      StorageClass: 'STANDARD_IA',
      ServerSideEncryption: 'AES256',
    } as const;
    await client.send(new PutObjectCommand({ Bucket, Key: 'stated', Body: 'x', ...stated }));
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'stated' }))).toMatchObject(stated);
  });

  it('gives an ETag that is no MD5 with KMS', async () => {
    const kms = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'key-1' } as const;
    const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: 'kms', Body: 'x', ...kms }));
    expect(ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(ETag).not.toContain(createHash('md5').update('x').digest('hex'));
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'kms' }))).toMatchObject({ ETag, ...kms });
  });

  it('copies, with the metadata or new', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'from ü', Body: 'copy me', Metadata: { a: '1' } }));
    const CopySource = encodeURI(`${Bucket}/from ü`);
    await client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }));
    await client.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'new',
        CopySource,
        MetadataDirective: 'REPLACE',
        Metadata: { b: '2' },
      }),
    );
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'from ü' }));
    expect(await text('to')).toBe('copy me');
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'to' }))).toMatchObject({
      Metadata: { a: '1' },
    });
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'new' }))).toMatchObject({
      Metadata: { b: '2' },
    });
  });

  it('deletes one and many', async () => {
    const keys = ['d/1', 'd/2 <&>', 'd/3\r\n'];
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'd/1' }));
    const Objects = ['d/1', 'd/2 <&>'].map((Key) => ({ Key }));
    const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['d/1', 'd/2 <&>']);
    const { KeyCount, Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'd/' }));
    expect([KeyCount, Contents?.[0]?.Key]).toEqual([1, 'd/3\r\n']);
    expect(await refusal(text('d/1'))).toEqual({ name: 'NoSuchKey', status: 404 });
  });

  it('lists in byte order, by pages and by folders', async () => {
    const keys = ['l/a/1', 'l/a/2', 'l/b', 'l/ｚ', 'l/𐍈', 'l/é/x'];
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    const pages: string[][] = [];
    let ContinuationToken: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list(ContinuationToken);
      pages.push([
        ...(page.Contents ?? []).map(({ Key }) => `${Key}`),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => `${Prefix}`),
      ]);
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(pages).toEqual([['l/b', 'l/a/'], ['l/ｚ', 'l/é/'], ['l/𐍈']]);
  });
  const list = (ContinuationToken: string | undefined) =>
    client.send(
      new ListObjectsV2Command({ Bucket, Prefix: 'l/', Delimiter: '/', MaxKeys: 2, ContinuationToken }),
    );
});
