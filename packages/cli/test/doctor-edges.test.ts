import type { Fault, FaultRequest } from '@mesibo-files/local-cloud';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type S3World, s3World } from './s3-world.ts';

let world: S3World;

beforeEach(async () => {
  world = await s3World();
});
afterEach(async () => {
  await world.stop();
  vi.unstubAllEnvs();
});

function answering(
  request: (request: FaultRequest) => boolean,
  status: number,
  body: string,
  headers: Record<string, string> = {},
  times = Number.POSITIVE_INFINITY,
): Fault {
  const fits = (one: FaultRequest): boolean => one.method !== 'OPTIONS' && request(one);
  return { match: { request: fits }, times, action: { kind: 'status', status, body, headers } };
}

const denied = (message: string): string =>
  `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`;

describe('what doctor says of stores at their edges', () => {
  const expiring = async (message: string) => {
    const short = ({ query }: FaultRequest): boolean => query.get('X-Amz-Expires') === '1';
    world.proxy.faults.add(answering(short, 403, denied(message)));
    return (await world.examine()).of('expiry');
  };

  it('the end of a signature is what it means, not any refusal', async () => {
    expect(await expiring('Request has expired.')).toMatchObject({ status: 'passed' });
  });

  it('a refusal that says nothing of time is a fault: a late device would not sign anew', async () => {
    expect(await expiring('Nope')).toMatchObject({
      status: 'failed',
      cause: expect.stringContaining('slow device'),
    });
  });

  it('an upload that doctor left unfinished must be listed', async () => {
    const list = ({ query, method }: FaultRequest): boolean => method === 'GET' && query.has('uploads');
    const none = '<ListMultipartUploadsResult><Bucket>acme-chat</Bucket></ListMultipartUploadsResult>';
    world.proxy.faults.add(answering(list, 200, none));
    const { of } = await world.examine();
    expect(of('uploads-list')).toMatchObject({ status: 'failed', cause: expect.stringContaining('sweep') });
    expect(await world.left()).toEqual([]);
  });

  it('a store that takes a damaged part is found out, though it refuses a damaged file', async () => {
    const { of, failed } = await world.examine();
    expect(of('large-checksum')).toMatchObject({ status: 'passed' });
    expect(failed).toEqual([]);
    const part = ({ query, method }: FaultRequest): boolean => method === 'PUT' && query.has('partNumber');
    // As a store that does not look: damaged or not, the part is taken.
    world.proxy.faults.add(answering(part, 200, '', { etag: '"0"' }));
    const blind = await world.examine();
    expect(blind.of('checksum').status).toBe('passed');
    expect(blind.of('large-checksum').status).not.toBe('passed');
  });

  it('of MinIO no rule is wanted that it refuses', async () => {
    world.proxy.faults.add(answering(({ path }) => path === '/', 403, denied('no'), { server: 'MinIO' }));
    expect((await world.examine()).of('lifecycle')).toMatchObject({
      status: 'passed',
      detail: expect.stringContaining('mc admin config'),
    });
  });
});
