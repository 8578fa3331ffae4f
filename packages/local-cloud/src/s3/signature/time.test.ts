import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, call, element, type Reply } from '../../../test/call.ts';
import { type LocalCloud, startLocalCloud } from '../../index.ts';

const start = Date.parse('2026-03-01T12:00:00Z');

describe('time, by a clock of our own', () => {
  let cloud: LocalCloud;
  let now = start;
  const temporary = {
    accessKeyId: 'TEMPORARY',
    secretAccessKey: 's',
    sessionToken: 'token',
    expiresAt: start + 60_000,
  };
  beforeAll(async () => {
    cloud = await startLocalCloud({
      now: () => now,
      s3: { credentials: [{ accessKeyId: 'KEY', secretAccessKey: 'secret' }, temporary] },
    });
    await at(start, { method: 'PUT', body: 'x' });
  });
  afterAll(() => cloud.stop());

  const at = (time: number, options: Partial<Call> = {}): Promise<Reply> => {
    now = time;
    const sign = { time: start, expires: 60, ...(options.sign as object | undefined) };
    return call(cloud.s3, { method: 'GET', key: 'a', ...options, sign });
  };

  it('accepts until the last second, and not after', async () => {
    expect((await at(start + 60_000)).status).toBe(200);
    const { status, code, body } = await at(start + 60_001);
    expect([status, code, element(body, 'Message')]).toEqual([403, 'AccessDenied', 'Request has expired']);
    expect([element(body, 'Expires'), element(body, 'ServerTime')]).toEqual([
      '2026-03-01T12:01:00Z',
      '2026-03-01T12:01:00Z',
    ]);
  });

  it('accepts a date up to 15 minutes ahead', async () => {
    expect((await at(start - 900_000)).status).toBe(200);
    const { body } = await at(start - 900_001);
    expect(element(body, 'Message')).toBe('Request is not yet valid');
  });

  it('accepts an Authorization header within 15 minutes, and tells its time otherwise', async () => {
    for (const offset of [-900_000, 900_000]) {
      expect((await at(start + offset, { sign: { place: 'header' } })).status).toBe(200);
    }
    for (const offset of [-900_001, 900_001]) {
      const { code, body } = await at(start + offset, { sign: { place: 'header' } });
      expect([code, element(body, 'ServerTime')]).toEqual([
        'RequestTimeTooSkewed',
        `${new Date(start + offset).toISOString().slice(0, 19)}Z`,
      ]);
    }
  });

  it('shows its own time in Date and Last-Modified', async () => {
    const { headers } = await at(start + 5_000);
    expect([headers.date, headers['last-modified']]).toEqual([
      'Sun, 01 Mar 2026 12:00:05 GMT',
      'Sun, 01 Mar 2026 12:00:00 GMT',
    ]);
  });

  it('wants the token of temporary credentials, and ends with them', async () => {
    const sign = { ...temporary, expires: 600, securityToken: 'token' };
    expect((await at(start + 60_000, { sign })).status).toBe(200);
    expect((await at(start + 60_000, { sign: { ...sign, place: 'header' } })).status).toBe(200);
    expect((await at(start + 60_000, { sign: { ...sign, securityToken: 'other' } })).code).toBe(
      'InvalidToken',
    );
    expect((await at(start + 60_000, { sign: { ...sign, securityToken: undefined } })).code).toBe(
      'InvalidToken',
    );
    expect((await at(start + 60_001, { sign })).code).toBe('ExpiredToken');
  });

  it.each([
    ['-1', 'X-Amz-Expires must be non-negative'],
    ['soon', 'X-Amz-Expires should be a number'],
  ])('refuses a time to live of %s', async (value, message) => {
    const { code, body } = await at(start, {
      tamper: (r) => ({
        ...r,
        query: r.query.map(([n, v]) => [n, n === 'X-Amz-Expires' ? value : v] as const),
      }),
    });
    expect([code, element(body, 'Message')]).toEqual(['AuthorizationQueryParametersError', message]);
  });
});
