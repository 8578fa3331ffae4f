import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../test/call.ts';
import { clientFor, refusal } from '../../test/client.ts';
import { type LocalCloud, startLocalCloud } from '../index.ts';

describe('buckets by the official client', () => {
  let cloud: LocalCloud;
  let client: S3Client;
  beforeAll(async () => {
    const buckets = [{ name: 'first' }, { name: 'open', publicRead: true }];
    cloud = await startLocalCloud({ s3: { region: 'eu-central-1', buckets } });
    client = clientFor(cloud.s3);
  });
  afterAll(() => cloud.stop());

  it('creates, finds, lists and deletes', async () => {
    const Bucket = 'second';
    await client.send(new CreateBucketCommand({ Bucket }));
    expect(await refusal(client.send(new CreateBucketCommand({ Bucket })))).toMatchObject({ status: 409 });
    expect((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('eu-central-1');
    expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe(
      'eu-central-1',
    );
    const { Buckets } = await client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['first', 'open', 'second']);
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
    expect(await refusal(client.send(new DeleteBucketCommand({ Bucket })))).toEqual({
      name: 'BucketNotEmpty',
      status: 409,
    });
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await client.send(new DeleteBucketCommand({ Bucket }));
    expect(await refusal(client.send(new HeadBucketCommand({ Bucket })))).toMatchObject({ status: 404 });
  });

  it('refuses a bad name', async () => {
    const { status, code } = await call({ ...cloud.s3, bucket: 'No_Bucket' }, { method: 'PUT' });
    expect([status, code]).toEqual([400, 'InvalidBucketName']);
  });

  it('keeps CORS rules', async () => {
    const Bucket = 'first';
    const CORSRules = [
      {
        ID: 'one',
        AllowedOrigins: ['https://a.example'],
        AllowedMethods: ['PUT'],
        AllowedHeaders: ['*'],
        MaxAgeSeconds: 5,
      },
      { AllowedOrigins: ['*'], AllowedMethods: ['GET', 'HEAD'], ExposeHeaders: ['ETag', 'x-amz-meta-a'] },
    ];
    expect(await refusal(client.send(new GetBucketCorsCommand({ Bucket })))).toMatchObject({ status: 404 });
    await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    expect((await client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(CORSRules);
    const wild = { AllowedOrigins: ['https://*.*.example'], AllowedMethods: ['PUT'] };
    const put = client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [wild] } }));
    expect(await refusal(put)).toEqual({ name: 'InvalidRequest', status: 400 });
    await client.send(new DeleteBucketCorsCommand({ Bucket }));
  });

  it('lets anyone read a public bucket, and no more', async () => {
    await client.send(new PutObjectCommand({ Bucket: 'open', Key: 'a', Body: 'public' }));
    const anonymous = { bucket: 'open', key: 'a', sign: 'anonymous' } as const;
    expect(String((await call(cloud.s3, { method: 'GET', ...anonymous })).body)).toBe('public');
    expect((await call(cloud.s3, { method: 'DELETE', ...anonymous })).code).toBe('AccessDenied');
    const query = { 'response-content-type': 'text/html' };
    expect((await call(cloud.s3, { method: 'GET', ...anonymous, query })).code).toBe('InvalidRequest');
  });

  it('says so when an operation is not implemented', async () => {
    const { status, code } = await call(cloud.s3, { method: 'GET', query: { policy: '' } });
    expect([status, code]).toEqual([501, 'NotImplemented']);
    const headers = { 'x-amz-tagging': 'a=b' };
    expect((await call(cloud.s3, { method: 'PUT', key: 'a', body: 'x', headers })).code).toBe(
      'NotImplemented',
    );
  });

  it('refuses a header that no answer could carry, and goes on', async () => {
    const query = { 'response-content-disposition': 'a\r\nset-cookie: b' };
    expect((await call(cloud.s3, { method: 'GET', key: 'a', query })).code).toBe('InvalidArgument');
    expect((await call(cloud.s3, { method: 'GET', key: 'absent' })).code).toBe('NoSuchKey');
  });
});
