import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Fault, type FaultRequest, startFaultProxy } from '@mesibo-files/local-cloud';
import { certificate } from '@mesibo-files/local-cloud/certificate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OPEN_TO_PAGES, ORIGIN, type S3World, s3World, useCredentials } from './s3-world.ts';

let world: S3World;

beforeEach(async () => {
  world = await s3World();
});
afterEach(async () => {
  await world.stop();
  vi.unstubAllEnvs();
});

/** Answers 403 to these requests, as a policy does that does not allow them. */
function deny(request: (request: FaultRequest) => boolean): Fault {
  return refuse(request, 403, '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
}

function refuse(
  request: (request: FaultRequest) => boolean,
  status: number,
  body = '',
  headers: Record<string, string> = {},
): Fault {
  const fits = (one: FaultRequest): boolean => one.method !== 'OPTIONS' && request(one);
  return {
    match: { request: fits },
    times: Number.POSITIVE_INFINITY,
    action: { kind: 'status', status, body, headers },
  };
}

const isObject = ({ path }: FaultRequest): boolean => path.split('/').length > 2;

describe('doctor and an S3 bucket that is as it should be', () => {
  it('finds no fault, and leaves nothing behind', async () => {
    const { failed, results } = await world.examine();
    expect(failed).toEqual([]);
    expect(results.filter(({ status }) => status === 'skipped')).toEqual([]);
    expect(results.map(({ id }) => id)).toEqual([
      'reach',
      'tls',
      'clock',
      'region',
      'credentials',
      'bucket',
      'put',
      'look',
      'get',
      'range',
      'public-read',
      'public-list',
      'overwrite',
      'checksum',
      'large-begin',
      'large-send',
      'large-list',
      'large-commit',
      'large-checksum',
      'large-discard',
      'uploads-list',
      'cors-upload',
      'cors-download',
      'cors-expose',
      'expiry',
      'delete',
      'absent',
      'lifecycle',
      'leftovers',
    ]);
    expect(await world.left()).toEqual([]);
  });

  it('tells no secret and no signature of it', async () => {
    const { results } = await world.examine();
    const told = JSON.stringify(results);
    expect(told).not.toContain(world.cloud.s3.secretAccessKey);
    expect(told).not.toMatch(/X-Amz-Signature|X-Amz-Credential/i);
  });
});

describe('doctor finds credentials, bucket and region that are wrong', () => {
  it.each([
    ['a wrong secret', 'LOCALCLOUDACCESSKEY0', 'not-the-secret-of-this-key-000000000000'],
    ['an access key that nobody has', 'AKIANOBODYHASTHISKEY', 'local-cloud-secret-key-for-tests-only-00'],
  ])('%s', async (_, key, secret) => {
    useCredentials(key, secret);
    const { failed, of } = await world.examine();
    expect(failed).toEqual(['credentials']);
    expect(of('credentials').fix).toContain('AWS_SECRET_ACCESS_KEY');
    expect(of('leftovers').status).toBe('passed');
    expect(JSON.stringify(of('credentials'))).not.toContain(secret);
  });

  it('no credentials at all', async () => {
    useCredentials('', '');
    const { failed, of } = await world.examine();
    expect(failed).toEqual(['credentials']);
    expect(of('credentials')).toMatchObject({ cause: expect.stringContaining('found no credentials') });
  });

  it('a bucket that is not there', async () => {
    const { failed, of } = await world.examine({ bucket: 'nobody-made-it' });
    expect(failed).toEqual(['bucket']);
    expect(of('bucket').fix).toContain('create-bucket --bucket nobody-made-it');
  });

  it('another region, and says which is right', async () => {
    const { failed, of } = await world.examine({ region: 'eu-west-3' });
    expect(failed).toEqual(['region']);
    expect(of('region')).toMatchObject({
      fix: '--region us-east-1',
      cause: expect.stringContaining('eu-west-3'),
    });
  });

  it('a redirect to another region', async () => {
    const body = '<Error><Code>PermanentRedirect</Code></Error>';
    world.proxy.faults.add(refuse(isObject, 301, body, { 'x-amz-bucket-region': 'ap-south-1' }));
    const { failed, of } = await world.examine();
    expect(failed).toEqual(['region']);
    expect(of('region').fix).toBe('--region ap-south-1');
  });
});

describe('doctor finds each permission that is missing, and names the statement', () => {
  const parts = ({ query }: FaultRequest): boolean => query.has('uploadId');
  it.each<[action: string, failed: string[], fault: (request: FaultRequest) => boolean]>([
    ['s3:PutObject', ['put'], (r) => r.method === 'PUT' && isObject(r)],
    [
      's3:GetObject',
      ['look'],
      (r) => (r.method === 'GET' || r.method === 'HEAD') && isObject(r) && !parts(r),
    ],
    ['s3:ListMultipartUploadParts', ['large-list'], (r) => r.method === 'GET' && parts(r)],
    ['s3:AbortMultipartUpload', ['large-discard', 'leftovers'], (r) => r.method === 'DELETE' && parts(r)],
    ['s3:ListBucketMultipartUploads', ['uploads-list'], (r) => r.query.has('uploads') && r.method === 'GET'],
    ['s3:DeleteObject', ['delete', 'leftovers'], (r) => r.method === 'DELETE' && !parts(r)],
  ])('%s', async (action, ids, fault) => {
    const added = world.proxy.faults.add(deny(fault));
    const { failed, of } = await world.examine();
    expect(added.applied).toBeGreaterThan(0);
    expect(failed).toEqual(expect.arrayContaining(ids));
    const { fix = '' } = of(ids[0] ?? '');
    const statement: unknown = JSON.parse(fix.slice(fix.indexOf('{')));
    expect(statement).toMatchObject({
      Effect: 'Allow',
      Action: action,
      Resource: expect.stringContaining('arn:aws:s3:::acme-chat'),
    });
  });

  it('to create uploads of parts', async () => {
    world.proxy.faults.add(deny((r) => r.method === 'POST' && r.query.has('uploads')));
    const { failed, of } = await world.examine();
    expect(failed).toEqual(['large-begin']);
    expect(of('large-begin').fix).toContain('s3:PutObject');
    expect(await world.left()).toEqual([]);
  });

  it('s3:ListBucket, for want of which what is gone looks forbidden', async () => {
    const gone = new Set<string>();
    world.proxy.faults.add(
      deny((request) => {
        if (request.method === 'DELETE') gone.add(request.path);
        return request.method !== 'DELETE' && !parts(request) && gone.has(request.path);
      }),
    );
    const { failed, warned, of } = await world.examine();
    expect(failed).toEqual([]);
    expect(warned).toContain('absent');
    expect(of('absent').fix).toContain('"Resource": "arn:aws:s3:::acme-chat"');
  });

  it('says what it could not remove', async () => {
    world.proxy.faults.add(deny(({ method }) => method === 'DELETE'));
    const { of } = await world.examine();
    const left = await world.left();
    expect(left.length).toBeGreaterThan(0);
    for (const key of left.filter((one) => of('leftovers').cause?.includes(one) === false)) {
      expect(`${key} is not among ${of('leftovers').cause}`).toBe('');
    }
  });
});

describe('doctor finds a store that is not strict', () => {
  it('takes bytes whose checksum is wrong', async () => {
    // The second file is the one that is sent damaged; what is said to be stored is not.
    let keys = 0;
    const seen = new Set<string>();
    world.proxy.faults.add(
      refuse(
        (r) => {
          if (r.method !== 'PUT' || r.query.has('uploadId') || !isObject(r)) return false;
          if (!seen.has(r.path)) keys += 1;
          seen.add(r.path);
          return keys === 2 && [...seen][1] === r.path;
        },
        200,
        '',
        { etag: '"00000000000000000000000000000000"' },
      ),
    );
    const { failed, of } = await world.examine();
    expect(failed).toEqual(['checksum']);
    expect(of('checksum').fix).toContain('--checksum md5');
  });

  it('overwrites what is there', async () => {
    world.proxy.faults.add({
      match: { method: 'PUT', request: isObject },
      skip: 1,
      times: 1,
      action: { kind: 'status', status: 200, headers: { etag: '"00000000000000000000000000000000"' } },
    });
    const { failed, of } = await world.examine();
    expect(failed).toEqual(['overwrite']);
    expect(of('overwrite').fix).toContain('--no-conditional-writes');
  });

  it('refuses If-None-Match', async () => {
    const body = '<Error><Code>NotImplemented</Code></Error>';
    world.proxy.faults.add(refuse(({ headers }) => 'if-none-match' in headers, 501, body));
    const { failed, of } = await world.examine();
    // The signer finds it out, and goes on without.
    expect(failed).toEqual([]);
    expect(of('overwrite')).toMatchObject({
      status: 'skipped',
      detail: expect.stringContaining('no conditions'),
    });
    expect((await world.examine({ conditionalWrites: false })).failed).toEqual([]);
  });

  it('goes on serving what a signature was good for', async () => {
    world.proxy.faults.add(refuse(({ query }) => query.get('X-Amz-Expires') === '1', 200, 'as ever'));
    const { failed, of } = await world.examine();
    expect(failed).toEqual(['expiry']);
    expect(of('expiry').detail).toContain('200');
  });

  it('serves no ranges', async () => {
    world.proxy.faults.add(refuse(({ headers }) => headers.range === 'bytes=3-6', 200, 'all of it'));
    expect((await world.examine()).failed).toEqual(['range']);
  });

  it('changes what is read', async () => {
    world.proxy.faults.add({
      match: { method: 'GET', request: ({ query }) => query.has('X-Amz-Signature') },
      times: 1,
      action: { kind: 'corrupt-answer', offset: 5 },
    });
    expect((await world.examine()).failed).toEqual(['get']);
  });

  it('lets everyone read', async () => {
    await world.stop();
    world = await s3World({ ...OPEN_TO_PAGES, publicRead: true });
    const { failed, of } = await world.examine();
    expect(failed).toEqual(['public-read']);
    expect(of('public-read').fix).toContain('put-public-access-block --bucket acme-chat');
  });

  it('lets everyone list', async () => {
    world.proxy.faults.add(
      refuse(({ query, headers }) => query.has('list-type') && !headers.authorization, 200),
    );
    expect((await world.examine()).failed).toEqual(['public-list']);
  });
});

describe('doctor finds what is wrong with CORS', () => {
  it('no rule at all', async () => {
    await world.stop();
    world = await s3World({ name: 'acme-chat' });
    const { failed, of } = await world.examine();
    expect(failed).toEqual(['cors-upload', 'cors-download']);
    const { fix = '' } = of('cors-upload');
    expect(JSON.parse(fix.slice(fix.indexOf('{')))).toMatchObject({
      CORSRules: [{ AllowedOrigins: [ORIGIN] }],
    });
  });

  it('a rule for another page', async () => {
    const { failed } = await world.examine({}, { origin: 'https://other.example.com' });
    expect(failed).toEqual(['cors-upload', 'cors-download']);
  });

  it('a rule that exposes no header', async () => {
    await world.stop();
    const [rule] = OPEN_TO_PAGES.cors ?? [];
    world = await s3World({
      name: 'acme-chat',
      cors: rule === undefined ? [] : [{ ...rule, exposeHeaders: ['ETag'] }],
    });
    const { failed, of } = await world.examine();
    expect(failed).toEqual(['cors-expose']);
    expect(of('cors-expose').detail).toBe('not exposed: content-range, retry-after, date');
  });

  it('a rule that allows no PUT, and too few headers', async () => {
    await world.stop();
    const [rule] = OPEN_TO_PAGES.cors ?? [];
    world = await s3World({
      name: 'acme-chat',
      cors:
        rule === undefined
          ? []
          : [{ ...rule, allowedMethods: ['GET'], allowedHeaders: ['if-match', 'range'] }],
    });
    expect((await world.examine()).failed).toEqual(['cors-upload']);
  });

  it('a preflight answer that leaves out headers', async () => {
    const allowed = { 'access-control-allow-origin': ORIGIN, 'access-control-allow-methods': 'GET, PUT' };
    world.proxy.faults.add({
      match: { method: 'OPTIONS' },
      times: Number.POSITIVE_INFINITY,
      action: {
        kind: 'status',
        status: 200,
        headers: { ...allowed, 'access-control-allow-headers': 'Range, If-Match, Content-Type' },
      },
    });
    const { failed, of } = await world.examine();
    expect(failed).toEqual(['cors-upload']);
    expect(of('cors-upload').detail).toMatch(/^headers that are not allowed: .*if-none-match/);
  });

  it('is not looked at where no page is named', async () => {
    const { of } = await world.examine({}, { origin: null });
    expect(of('cors-upload')).toMatchObject({
      status: 'skipped',
      detail: expect.stringContaining('--origin'),
    });
  });
});

describe('doctor finds what is wrong with time and the way', () => {
  it.each([60, -60])('a clock that is %d minutes off, in spite of which all else works', async (minutes) => {
    world.shift(minutes * 60_000);
    const { failed, of } = await world.examine();
    expect(failed).toEqual(['clock']);
    expect(of('clock')).toMatchObject({
      detail: `60 minutes ${minutes > 0 ? 'behind' : 'ahead of'} the store's`,
      fix: expect.stringContaining('timedatectl set-ntp true'),
    });
    expect(await world.left()).toEqual([]);
  });

  it('a store that is down', async () => {
    await world.proxy.stop();
    const { failed, of, results } = await world.examine();
    expect(failed).toEqual(['reach']);
    expect(of('reach').fix).toContain(`curl -v ${world.proxy.endpoint}`);
    expect(results.filter(({ blockedBy }) => blockedBy !== undefined)).toHaveLength(results.length - 2);
  });

  it('a certificate that nobody trusts', async () => {
    const proxy = await startFaultProxy({ target: world.cloud.s3.endpoint, tls: certificate });
    const { failed, of } = await world.examine({ endpoint: proxy.endpoint });
    await proxy.stop();
    expect(failed).toEqual(['reach']);
    expect(of('reach')).toMatchObject({
      detail: expect.stringContaining('tls'),
      fix: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });

  it('a name that does not resolve', async () => {
    const { failed, of } = await world.examine({ endpoint: 'http://no-such-host.invalid' });
    expect(failed).toEqual(['reach']);
    expect(of('reach').cause).toContain('no-such-host.invalid does not resolve');
  });

  it('something that is no store and says 200 to everything', async () => {
    const portal = createServer((request, response) => {
      request.resume();
      response.end('<html>Please sign in</html>');
    });
    await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
    const { port } = portal.address() as AddressInfo;
    const { failed } = await world.examine({ endpoint: `http://127.0.0.1:${port}` });
    portal.closeAllConnections();
    await new Promise((resolve) => portal.close(resolve));
    expect(failed[0]).toBe('put');
  });
});
