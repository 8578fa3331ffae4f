import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, call } from '../../test/call.ts';
import { type LocalCloud, type S3CorsRule, startLocalCloud } from '../index.ts';

const cors: readonly S3CorsRule[] = [
  {
    allowedOrigins: ['https://one.example'],
    allowedMethods: ['GET'],
    exposeHeaders: ['ETag', 'x-amz-meta-a'],
  },
  { allowedOrigins: ['*'], allowedMethods: ['GET', 'PUT'], allowedHeaders: ['*'], maxAgeSeconds: 30 },
];

describe('CORS', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await startLocalCloud({ s3: { buckets: [{ name: 'bucket', cors }] } });
  });
  afterAll(() => cloud.stop());

  const headersOf = async (options: Call): Promise<Record<string, unknown>> => {
    const { status, headers } = await call(cloud.s3, options);
    const own = Object.entries(headers).filter(([name]) => /^access-control|^vary/.test(name));
    return { status, ...Object.fromEntries(own) };
  };
  const preflight = (headers: Record<string, string>) =>
    headersOf({ method: 'OPTIONS', key: 'a', sign: 'anonymous', headers });
  const vary = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';

  it('answers by the first rule that fits', async () => {
    expect(await headersOf({ method: 'GET', key: 'a', headers: { origin: 'https://one.example' } })).toEqual({
      status: 404,
      'access-control-allow-origin': 'https://one.example',
      'access-control-allow-methods': 'GET',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'ETag, x-amz-meta-a',
      vary,
    });
  });

  it('answers an origin that only * fits with *', async () => {
    const headers = {
      origin: 'https://two.example',
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'Content-Type, X-Amz-Meta-A',
    };
    expect(await preflight(headers)).toEqual({
      status: 200,
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'content-type, x-amz-meta-a',
      'access-control-max-age': '30',
      vary,
    });
  });

  it('says nothing without an origin, or for a method no rule has', async () => {
    expect(await headersOf({ method: 'GET', key: 'a' })).toEqual({ status: 404 });
    expect(
      await headersOf({ method: 'DELETE', key: 'a', headers: { origin: 'https://one.example' } }),
    ).toEqual({
      status: 204,
    });
  });

  it('refuses a preflight that lacks what it must have', async () => {
    expect(await preflight({ 'access-control-request-method': 'PUT' })).toEqual({ status: 400 });
    expect(await preflight({ origin: 'https://one.example' })).toEqual({ status: 400 });
  });
});
