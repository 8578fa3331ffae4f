import { S3Client } from '@aws-sdk/client-s3';
import { StoreClock } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import { keyOfBucketUrl } from '../../src/format/urls.ts';
import { type S3Credentials, type S3Options, settingsOf } from '../../src/options.ts';
import { CredentialKeeper } from '../../src/presign/credentials.ts';
import { s3Signer } from '../../src/signer.ts';
import { StoreCaller } from '../../src/store/client.ts';
import { BucketHome } from '../../src/store/home.ts';
import { call, fileFacts } from '../facts.ts';

const credentials: S3Credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const start = Date.UTC(2026, 0, 2);

function homeOf(own: Partial<S3Options> = {}) {
  const options = { bucket: 'files', region: 'eu-west-1', credentials, ...own } as S3Options;
  const clock = new StoreClock({ now: () => Date.now() });
  const home = new BucketHome(options, settingsOf(options), clock);
  return { home, caller: new StoreCaller(home, clock) };
}

/** An error as the SDK throws it. */
function refused(
  name: string,
  status: number,
  headers: Record<string, string> = {},
  more: object = {},
): Error {
  return Object.assign(new Error('no'), {
    name,
    $metadata: { httpStatusCode: status },
    $response: { headers },
    ...more,
  });
}

describe('the region of a bucket', () => {
  const inFrankfurt = (error: Error) => async (client: S3Client) => {
    const region = await client.config.region();
    if (region !== 'eu-central-1') throw error;
    return region;
  };

  it.each([
    ['a redirect', refused('PermanentRedirect', 301, { 'x-amz-bucket-region': 'eu-central-1' })],
    ['a redirect for now', refused('TemporaryRedirect', 307, { 'x-amz-bucket-region': 'eu-central-1' })],
    ['a HEAD with no body', refused('400', 400, { 'x-amz-bucket-region': 'eu-central-1' })],
    ['its body', refused('AuthorizationHeaderMalformed', 400, {}, { Region: 'eu-central-1' })],
  ])('is learnt from %s, once, and remembered', async (_, error) => {
    const { home, caller } = homeOf();
    expect((await home.location()).baseUrl).toBe('https://files.s3.eu-west-1.amazonaws.com');
    expect(await caller.ask('asking', call, inFrankfurt(error))).toBe('eu-central-1');
    expect(await home.location()).toMatchObject({
      region: 'eu-central-1',
      baseUrl: 'https://files.s3.eu-central-1.amazonaws.com',
    });
    let asked = 0;
    await caller.ask('asking', call, (client) => {
      asked += 1;
      return inFrankfurt(error)(client);
    });
    expect(asked).toBe(1);
  });

  it('is explained where it can not be followed: two answers that contradict, a client of yours, an endpoint', async () => {
    const elsewhere = refused('PermanentRedirect', 301, { 'x-amz-bucket-region': 'eu-central-1' });
    const client = new S3Client({
      region: 'eu-west-1',
      credentials,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    const own = { region: undefined, credentials: undefined, client } as unknown as Partial<S3Options>;
    for (const { caller } of [homeOf(), homeOf(own), homeOf({ endpoint: 'https://s3.example' })]) {
      let asked = 0;
      const always = async (): Promise<never> => {
        asked += 1;
        throw elsewhere;
      };
      await expect(caller.ask('asking', call, always)).rejects.toMatchObject({
        code: 'bucket-not-found',
        retryable: false,
      });
      expect(asked).toBeLessThanOrEqual(2);
    }
  });

  it('is no host that an answer makes up', () => {
    const { home } = homeOf();
    for (const region of ['evil.example/', 'eu-west-1.evil', '', 'x', '../eu-west-1']) {
      expect(home.moveTo(region)).toBe(false);
    }
  });
});

describe("Amazon's partitions", () => {
  it.each([
    'eu-west-1',
    'cn-north-1',
    'us-gov-west-1',
    'eusc-de-east-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'eu-isoe-west-1',
    'us-isof-south-1',
  ])('%s: the address is the one of the SDK, and its URLs are owned before it is asked', async (region) => {
    for (const more of [{}, { dualStack: true }]) {
      for (const bucket of ['files', 'my.files']) {
        const { home } = homeOf({ region, bucket, ...more });
        const before = s3Signer({ region, bucket, credentials, ...more });
        const { baseUrl } = await home.location();
        expect(baseUrl).toContain(region);
        expect(before.owns(`${baseUrl}/mesibo/x`)).toBe(true);
      }
    }
  });

  it('access points, accelerated and by their ARN', async () => {
    const bucket = 'arn:aws:s3:eu-central-1:123456789012:accesspoint/files';
    const point = homeOf({ bucket }).home;
    const base = 'https://files-123456789012.s3-accesspoint.eu-central-1.amazonaws.com';
    expect(await point.location()).toMatchObject({ baseUrl: base, region: 'eu-central-1' });
    const signer = s3Signer({ bucket, region: 'eu-west-1', credentials });
    expect(signer.owns(`${base}/mesibo/x`)).toBe(true);
    for (const other of ['evil-123456789012', 'files-123456789013', 'x.files-123456789012']) {
      expect(signer.owns(`${base.replace('files-123456789012', other)}/mesibo/x`)).toBe(false);
    }
    const plan = await signer.begin(fileFacts({ size: 3, digests: { crc32: 'AAAAAA==' } }), call);
    expect(plan.signed[0]?.request.url).toContain(`${base}/mesibo/`);
    expect(plan.signed[0]?.request.url).toContain('%2Feu-central-1%2Fs3%2F');
    const { home } = homeOf({ accelerate: true });
    expect((await home.location()).baseUrl).toBe('https://files.s3-accelerate.amazonaws.com');
    for (const refusedName of [
      'arn:aws:s3::123456789012:accesspoint/files.mrap',
      'arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/files',
      'arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-1/accesspoint/files',
    ]) {
      expect(() => s3Signer({ bucket: refusedName })).toThrow(/bucket/);
    }
  });

  it('an address that the SDK alone knows is owned once it is known', async () => {
    const settings = settingsOf({ bucket: 'files' });
    const base = 'https://files.s3.new-region-1.example.aws';
    expect(keyOfBucketUrl(settings, `${base}/mesibo/x`, null)).toBeNull();
    expect(keyOfBucketUrl(settings, `${base}/mesibo/x`, base)).toBe('mesibo/x');
  });
});

describe('credentials', () => {
  const keeping = (fetched: (now: number) => S3Credentials) => {
    let now = start;
    let count = 0;
    const client = new S3Client({
      region: 'eu-west-1',
      credentials: async () => {
        count += 1;
        return fetched(now);
      },
    });
    const keeper = new CredentialKeeper(client, new StoreClock({ now: () => now }));
    return {
      keeper,
      count: () => count,
      pass: (milliseconds: number) => {
        now += milliseconds;
      },
    };
  };

  it('are held no longer than they state', async () => {
    let n = 0;
    const { keeper, pass } = keeping((now) => {
      n += 1;
      return { ...credentials, sessionToken: `token ${n}`, expiration: new Date(now + 20_000) };
    });
    const first = await keeper.current();
    pass(Number(first.expiration) - start - 1);
    expect((await keeper.current()).sessionToken).toBe(first.sessionToken);
    pass(2);
    expect((await keeper.current()).sessionToken).not.toBe(first.sessionToken);
  });

  it('are fetched anew once for all that were refused', async () => {
    let key = 'OLD';
    const { keeper, count, pass } = keeping(() => ({ ...credentials, accessKeyId: key }));
    expect((await keeper.current()).accessKeyId).toBe('OLD');
    key = 'NEW';
    pass(100);
    const seen = keeper.renewals;
    expect(await Promise.all(Array.from({ length: 8 }, () => keeper.renew(seen)))).toEqual(
      Array.from({ length: 8 }, () => true),
    );
    expect([(await keeper.current()).accessKeyId, count()]).toEqual(['NEW', 2]);
    // A refusal of those is no reason to fetch a third time within seconds.
    expect([await keeper.renew(keeper.renewals), count()]).toEqual([false, 2]);
  });

  it('that are replaced in the middle cost a call of the signer one more try, and no more', async () => {
    let key = 'OLD';
    const { home, caller } = homeOf({ credentials: async () => ({ ...credentials, accessKeyId: key }) });
    const byKey = async (client: S3Client): Promise<string> => {
      const { accessKeyId } = await client.config.credentials();
      if (accessKeyId !== 'NEW') throw refused('InvalidAccessKeyId', 403);
      return accessKeyId;
    };
    expect((await home.credentials.current()).accessKeyId).toBe('OLD');
    key = 'NEW';
    expect(await caller.ask('asking', call, byKey)).toBe('NEW');
  });

  it('are fetched anew when the engine met the refusal: what is signed next is signed with the others', async () => {
    let key = 'OLD';
    const signer = s3Signer({
      bucket: 'files',
      region: 'eu-west-1',
      credentials: async () => ({ ...credentials, accessKeyId: key }),
    });
    const digests = { crc32: 'AAAAAA==' };
    const plan = await signer.begin(fileFacts({ size: 3, digests }), call);
    expect(plan.signed[0]?.request.url).toContain('X-Amz-Credential=OLD%2F');
    key = 'NEW';
    const wanted = [{ number: 1, size: 3, digests }];
    const [same] = await signer.sign(plan.ticket, wanted, call);
    expect(same?.request.url).toContain('X-Amz-Credential=OLD%2F');
    const [anew] = await signer.sign(plan.ticket, wanted, { ...call, refusal: 'InvalidAccessKeyId' });
    expect(anew?.request.url).toContain('X-Amz-Credential=NEW%2F');
  });
});

describe('what people ask for by option', () => {
  const headersOf = async (own: Partial<S3Options>): Promise<Readonly<Record<string, string>>> => {
    const signer = s3Signer({ bucket: 'files', region: 'eu-west-1', credentials, ...own } as S3Options);
    const plan = await signer.begin(fileFacts({ size: 3, digests: { crc32: 'AAAAAA==' } }), call);
    return plan.signed[0]?.request.headers ?? {};
  };

  it('is in the signed headers', async () => {
    expect(await headersOf({ requesterPays: true })).toHaveProperty('x-amz-request-payer', 'requester');
    expect(await headersOf({ tags: { team: 'a b', 'ü&=': '' } })).toHaveProperty(
      'x-amz-tagging',
      'team=a+b&%C3%BC%26%3D=',
    );
    const locked = await headersOf({
      objectLock: { mode: 'COMPLIANCE', days: 30 },
      clock: { now: () => start },
    });
    expect(locked).toMatchObject({
      'x-amz-object-lock-mode': 'COMPLIANCE',
      'x-amz-object-lock-retain-until-date': '2026-02-01T00:00:00.000Z',
      'x-amz-checksum-crc32': 'AAAAAA==',
    });
  });

  it('is refused with a reason where it can not be', () => {
    const mistake = (own: object): string => {
      try {
        s3Signer({ bucket: 'files', ...own } as S3Options);
        return '';
      } catch (error) {
        return String(error);
      }
    };
    expect(mistake({ encryption: { type: 'SSE-C', key: 'x' } })).toMatch(/SSE-C.*whoever downloads/);
    expect(mistake({ objectLock: { mode: 'COMPLIANCE', days: 1 }, checksum: 'none' })).toMatch(/checksum/);
    expect(mistake({ accelerate: true, endpoint: 'https://s3.example' })).toMatch(/accelerate/);
    expect(mistake({ tags: { ['x'.repeat(129)]: '' } })).toMatch(/tags/);
  });
});
