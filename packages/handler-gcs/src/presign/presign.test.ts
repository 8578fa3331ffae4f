import { Storage } from '@google-cloud/storage';
import { StoreClock } from '@mesibo-files/handler-core/provider';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { credentials } from '../../test/facts.ts';
import { Credentials } from './credentials.ts';
import { Presigner } from './presign.ts';

const DAY = 86_400_000;
const storage = new Storage({ credentials, projectId: 'x' });

function presigner(storeTime: number): Presigner {
  const clock = new StoreClock({ now: () => storeTime });
  return new Presigner(storage, 'files', clock, 900_000, new Credentials(storage.authClient, clock));
}

const headers = { 'content-type': 'text/plain', 'x-goog-hash': 'crc32c=AAAAAA==', 'content-length': '11' };
const put = { method: 'PUT', key: 'mesibo/ü x.txt', query: { partNumber: '3' }, headers } as const;
const parameters = (url: string | undefined): Record<string, string> =>
  Object.fromEntries(new URL(url ?? '').searchParams);

describe('signed URLs', () => {
  afterEach(() => void vi.useRealTimers());

  it('are those of the official client', async () => {
    const now = Date.parse('2026-03-04T05:06:07.890Z');
    vi.useFakeTimers({ toFake: ['Date'], now });
    const [signed] = await presigner(now).sign([put]);
    const [official] = await storage
      .bucket('files')
      .file(put.key)
      .getSignedUrl({
        version: 'v4',
        action: 'write',
        accessibleAt: new Date(now),
        expires: now + 900_000,
        extensionHeaders: { ...headers },
        queryParams: { partNumber: '3' },
      });
    expect(parameters(signed?.url)).toEqual(parameters(official));
    expect(new URL(signed?.url ?? '').pathname).toBe(new URL(official).pathname);
    expect(signed).toMatchObject({ method: 'PUT', headers, timeToLive: 900_000 - 890 });
  });

  it('bind every header that is given', async () => {
    const [signed] = await presigner(Date.now()).sign([put]);
    expect(parameters(signed?.url)['X-Goog-SignedHeaders']).toBe(
      'content-length;content-type;host;x-goog-hash',
    );
  });

  it.each([-8000, -1, 0, 1, 6])('are dated by the store where the system is %s days fast', async (days) => {
    const now = Date.parse('2026-03-04T05:06:07Z');
    vi.useFakeTimers({ toFake: ['Date'], now: now + days * DAY });
    const [signed] = await presigner(now).sign([{ method: 'GET', key: 'mesibo/x', query: {}, headers: {} }]);
    expect(parameters(signed?.url)).toMatchObject({
      'X-Goog-Date': '20260304T050607Z',
      'X-Goog-Expires': '900',
    });
  });

  it('are refused by the client where the system is more than a week fast, and that is told', async () => {
    const now = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: now + 8 * DAY });
    await expect(presigner(now).sign([put])).rejects.toMatchObject({
      code: 'clock-skewed',
      retryable: false,
    });
  });
});
