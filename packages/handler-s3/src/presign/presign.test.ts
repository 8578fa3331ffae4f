import { S3Client } from '@aws-sdk/client-s3';
import { StoreClock } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import { type S3Credentials, settingsOf } from '../options.ts';
import { BucketHome } from '../store/home.ts';
import { Presigner } from './presign.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 600);

function presigner(credentials: () => Promise<S3Credentials>, offset = 0): Presigner {
  const client = new S3Client({ region: 'eu-west-1', credentials });
  const options = { bucket: 'files', client };
  const clock = new StoreClock({ now: () => NOW + offset });
  return new Presigner(new BucketHome(options, settingsOf(options), clock), clock, 900_000);
}
const CLOCK = new StoreClock({ now: () => NOW });
const fixed: S3Credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const put = (key: string, headers: Record<string, string> = {}) =>
  ({ method: 'PUT', key, query: {}, headers: { 'content-length': '3', ...headers } }) as const;

describe('signing', () => {
  it('signs every header, and moves none into the query', async () => {
    const headers = {
      'cache-control': 'private',
      'content-type': 'text/plain',
      'if-none-match': '*',
      'x-amz-meta-mesibouid': '7',
      'x-amz-storage-class': 'STANDARD',
    };
    const [request] = await presigner(async () => fixed).sign([put('mesibo/x', headers)]);
    const url = new URL(request?.url ?? '');
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe(
      'cache-control;content-length;content-type;host;if-none-match;x-amz-meta-mesibouid;x-amz-storage-class',
    );
    expect([...url.searchParams.keys()].filter((name) => name.includes('meta'))).toEqual([]);
    expect(request?.headers).toEqual({ 'content-length': '3', ...headers });
  });

  it('goes where the SDK would, with the key escaped', async () => {
    const [request] = await presigner(async () => fixed).sign([put("mesibo/a b+c'(写)*.txt")]);
    expect(request?.url.split('?')[0]).toBe(
      'https://files.s3.eu-west-1.amazonaws.com/mesibo/a%20b%2Bc%27%28%E5%86%99%29%2A.txt',
    );
  });

  it('lasts as long as it says, from the signature in whole seconds', async () => {
    const [request] = await presigner(async () => fixed).sign([put('mesibo/x')]);
    const query = new URL(request?.url ?? '').searchParams;
    expect([query.get('X-Amz-Date'), query.get('X-Amz-Expires')]).toEqual(['20260102T030405Z', '900']);
    expect(request?.timeToLive).toBe(899_400);
  });

  it('ends no later than temporary credentials, if those are not over by a wrong clock', async () => {
    const until = (left: number) => async (): Promise<S3Credentials> => ({
      ...fixed,
      sessionToken: 'token',
      expiration: new Date(NOW + left),
    });
    const [short] = await presigner(until(60_500)).sign([put('mesibo/x')]);
    expect(new URL(short?.url ?? '').searchParams.get('X-Amz-Expires')).toBe('60');
    expect(new URL(short?.url ?? '').searchParams.get('X-Amz-Security-Token')).toBe('token');
    const [wrong] = await presigner(until(60_500), 86_400_000).sign([put('mesibo/x')]);
    expect(new URL(wrong?.url ?? '').searchParams.get('X-Amz-Expires')).toBe('900');
  });

  it('resolves the credentials once for many URLs', async () => {
    let resolved = 0;
    const one = presigner(async () => {
      resolved += 1;
      return fixed;
    });
    for (let batch = 0; batch < 3; batch++) await one.sign(Array.from({ length: 50 }, () => put('mesibo/x')));
    expect(resolved).toBe(1);
  });

  it('says that credentials are missing', async () => {
    const none = presigner(async () => {
      throw Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });
    });
    await expect(none.sign([put('mesibo/x')])).rejects.toMatchObject({ code: 'credentials-missing' });
  });
});

describe('where the bucket is', () => {
  const base = async (options: Parameters<typeof settingsOf>[0], region = 'eu-west-1'): Promise<string> => {
    const settings = settingsOf(options);
    const client = new S3Client({
      region,
      credentials: fixed,
      forcePathStyle: settings.forcePathStyle,
      ...(settings.endpoint === null ? {} : { endpoint: settings.endpoint }),
    });
    return (await new BucketHome({ bucket: 'files', client }, settings, CLOCK).location()).baseUrl;
  };

  it('follows region, partition, endpoint and path style', async () => {
    expect(await base({ bucket: 'files' })).toBe('https://files.s3.eu-west-1.amazonaws.com');
    expect(await base({ bucket: 'my.files' })).toBe('https://s3.eu-west-1.amazonaws.com/my.files');
    expect(await base({ bucket: 'files' }, 'cn-north-1')).toBe(
      'https://files.s3.cn-north-1.amazonaws.com.cn',
    );
    const endpoint = 'https://s3.example:9000/base';
    expect(await base({ bucket: 'files', endpoint })).toBe('https://s3.example:9000/base/files');
    expect(await base({ bucket: 'files', endpoint: 'https://s3.example', forcePathStyle: false })).toBe(
      'https://files.s3.example',
    );
  });

  it('is refused where the client goes elsewhere than the options say', async () => {
    const client = new S3Client({ region: 'eu-west-1', endpoint: 'https://s3.example', credentials: fixed });
    await expect(
      new BucketHome({ bucket: 'files', client }, settingsOf({ bucket: 'files', client }), CLOCK).location(),
    ).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});
