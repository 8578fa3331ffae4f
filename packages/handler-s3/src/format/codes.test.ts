import { inspect } from 'node:util';
import type { TransferError } from '@mesibo-files/handler-core';
import { afterEach, describe, expect, it } from 'vitest';
import { call, fileFacts } from '../../test/facts.ts';
import { refusal, type Scripted, scriptedStore } from '../../test/scripted-store.ts';

describe('errors of the store', () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(() => close?.());

  const failing = async (script: (method: string) => Scripted | null): Promise<TransferError> => {
    const store = await scriptedStore((request) => script(request.method ?? ''));
    close = store.close;
    const facts = fileFacts({ size: 9_000_000 });
    return store
      .signer({ checksum: 'none' })
      .begin(facts, call)
      .then(
        () => Promise.reject(new Error('it began')),
        (error: TransferError) => error,
      );
  };

  it.each<[number, string, string, boolean]>([
    [403, 'AccessDenied', 'access-denied', false],
    [403, 'InvalidAccessKeyId', 'credentials-wrong', false],
    [403, 'SignatureDoesNotMatch', 'credentials-wrong', false],
    [400, 'AuthorizationHeaderMalformed', 'credentials-wrong', false],
    [404, 'NoSuchBucket', 'bucket-not-found', false],
    [301, 'PermanentRedirect', 'bucket-not-found', false],
    [403, 'RequestTimeTooSkewed', 'clock-skewed', true],
    [400, 'ExpiredToken', 'request-expired', true],
    [403, 'QuotaExceeded', 'quota-exceeded', false],
    [503, 'SlowDown', 'throttled', true],
    [500, 'InternalError', 'server-error', true],
    [502, 'Whatever', 'server-error', true],
    [400, 'Whatever', 'store-refused', false],
    [501, 'NotImplemented', 'unsupported', false],
  ])('HTTP %d %s is %s', async (status, code, expected, retryable) => {
    const error = await failing(() => refusal(status, code));
    expect(error).toMatchObject({ code: expected, retryable });
  });

  it('is network when the connection breaks, and bad-answer for rubbish', async () => {
    expect(await failing(() => null)).toMatchObject({ code: 'network', retryable: true });
    expect(await failing(() => ({ body: '<html>Sign in</html>' }))).toMatchObject({ code: 'bad-answer' });
    expect(
      await failing(() => ({ status: 302, headers: { location: 'http://portal.example/' } })),
    ).toMatchObject({
      code: 'bad-answer',
    });
  });

  it('hands on how long to wait', async () => {
    const error = await failing(() => ({ ...refusal(503, 'SlowDown'), headers: { 'retry-after': '7' } }));
    expect(error.retryAfter).toBe(7000);
  });

  it('carries nothing secret, whatever the store repeats', async () => {
    const told =
      '<AWSAccessKeyId>AKIDSECRETKEYID</AWSAccessKeyId><StringToSign>AWS4-HMAC-SHA256 x</StringToSign>';
    const error = await failing(() => refusal(403, 'SignatureDoesNotMatch', told));
    const shown = inspect(error, { depth: 20, showHidden: true });
    expect(shown).not.toMatch(/AKIDSECRETKEYID|the-secret-itself|AWS4-HMAC|X-Amz-/);
    expect(shown).toMatch(/SignatureDoesNotMatch/);
  });

  it('finds out what a HEAD can not say', async () => {
    for (const [status, code, expected] of [
      [404, 'NoSuchBucket', 'bucket-not-found'],
      [404, 'NoSuchKey', 'object-not-found'],
      [403, 'InvalidAccessKeyId', 'credentials-wrong'],
      [403, 'AccessDenied', 'access-denied'],
    ] as const) {
      const store = await scriptedStore(() => refusal(status, code));
      const signer = store.signer({ publicUrl: 'https://cdn.example' });
      await expect(signer.read('https://cdn.example/mesibo/x', call)).rejects.toMatchObject({
        code: expected,
      });
      expect(store.asked).toEqual(['HEAD object', 'GET object']);
      await store.close();
    }
  });
});
