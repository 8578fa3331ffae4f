import { afterEach, describe, expect, it } from 'vitest';
import { call, fileFacts } from '../../test/facts.ts';
import { refusal, type Scripted, scriptedStore } from '../../test/scripted-store.ts';

const SIZE = 9 * 1024 * 1024;
const facts = fileFacts({ size: SIZE, name: 'x.mp4', contentType: 'video/mp4' });

describe('opening a session', () => {
  let close: () => Promise<void> = async () => {};
  afterEach(() => close());

  const opened = async (answer: (url: URL) => Scripted | null, own = {}) => {
    const store = await scriptedStore(({ url }) => answer(url));
    close = store.close;
    return { store, beginning: store.signer(own).begin(facts, call) };
  };
  const located = (url: URL): Scripted => ({
    status: 201,
    headers: { location: `${url.origin}${url.pathname}?upload_id=the-session` },
  });

  it('binds all that can be bound, passes the origin on, and fetches no token', async () => {
    const options = {
      origin: 'https://chat.example.com',
      storageClass: 'NEARLINE',
      kmsKeyName: 'projects/p',
    };
    const { store, beginning } = await opened(located, options);
    const plan = await beginning;
    const [asked] = store.asked;
    expect(store.asked).toHaveLength(1);
    expect(asked?.method).toBe('POST');
    expect(asked?.headers).toMatchObject({
      origin: 'https://chat.example.com',
      'content-type': 'video/mp4',
      'content-length': '0',
      'x-goog-resumable': 'start',
      'x-goog-if-generation-match': '0',
      'x-goog-content-length-range': `${SIZE},${SIZE}`,
      'x-goog-meta-mesibotransfer': 'transfer-1',
      'x-goog-storage-class': 'NEARLINE',
      'x-goog-encryption-kms-key-name': 'projects/p',
    });
    const signed = asked?.url.searchParams.get('X-Goog-SignedHeaders')?.split(';') ?? [];
    const sent = Object.keys(asked?.headers ?? {}).filter((name) => name.startsWith('x-goog-'));
    expect(signed).toEqual(expect.arrayContaining(['content-disposition', 'content-type', 'host', ...sent]));
    expect(plan).toMatchObject({ shape: 'session', size: SIZE, chunkSize: 8 * 1024 * 1024 });
    expect(plan.signed[0]?.request).toMatchObject({ method: 'PUT', headers: {} });
    expect(plan.signed[0]?.request.url).toContain('upload_id=the-session');
  });

  it('bounds a stream by the most it may have', async () => {
    const store = await scriptedStore(({ url }) => located(url));
    close = store.close;
    await store.signer().begin({ ...facts, size: null, maxSize: 1000 }, call);
    expect(store.asked[0]?.headers['x-goog-content-length-range']).toBe('0,1000');
  });

  it.each<[string, (url: URL) => Scripted | null, string, boolean]>([
    [
      'leads elsewhere',
      () => ({ status: 201, headers: { location: 'https://evil.example/x?upload_id=1' } }),
      'bad-answer',
      true,
    ],
    ['names no session', () => ({ status: 200, body: '<!doctype html>' }), 'bad-answer', true],
    ['refuses the signature', () => refusal(403, 'SignatureDoesNotMatch'), 'credentials-wrong', false],
    ['refuses the caller', () => refusal(403, 'AccessDenied'), 'access-denied', false],
    ['has no such bucket', () => refusal(404, 'NoSuchBucket'), 'bucket-not-found', false],
    ['is throttled', () => refusal(429, 'SlowDown'), 'throttled', true],
    ['fails', () => ({ status: 500 }), 'server-error', true],
    ['hangs up', () => null, 'network', true],
    [
      'is of another day',
      () => refusal(400, 'ExpiredToken', { date: new Date(Date.now() + 864e5).toUTCString() }),
      'clock-skewed',
      true,
    ],
  ])('a store that %s', async (_, answer, code, retryable) => {
    const { beginning } = await opened(answer);
    await expect(beginning).rejects.toMatchObject({ code, retryable });
  });

  it('ends at once when it is stopped', async () => {
    const store = await scriptedStore(() => ({ status: 201 }));
    close = store.close;
    const controller = new AbortController();
    const beginning = store.signer().begin(facts, { signal: controller.signal });
    setTimeout(() => controller.abort(), 1);
    await expect(beginning).rejects.toMatchObject({ code: expect.stringMatching(/stopped|bad-answer/) });
    await expect(store.signer().begin(facts, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'stopped',
    });
  });
});
