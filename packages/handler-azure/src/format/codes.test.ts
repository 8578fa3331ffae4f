import { inspect } from 'node:util';
import type { TransferError } from '@mesibo-files/handler-core';
import { afterEach, describe, expect, it } from 'vitest';
import { call, fileFacts } from '../../test/facts.ts';
import { ACCOUNT_KEY, refusal, type Scripted, scriptedStore } from '../../test/scripted-store.ts';

describe('errors of the store', () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(() => close?.());

  /** Begins an upload of blocks; the look at the container is answered well, and then comes the script. */
  const failing = async (script: () => Scripted | null): Promise<TransferError> => {
    const store = await scriptedStore(({ method }) =>
      method === 'HEAD' ? refusal(404, 'BlobNotFound') : script(),
    );
    close = store.close;
    return store
      .signer({ checksum: 'none' })
      .begin(fileFacts({ size: 9_000_000 }), call)
      .then(
        () => Promise.reject(new Error('it began')),
        (error: TransferError) => error,
      );
  };

  it.each<[number, string, string, boolean]>([
    [403, 'AuthenticationFailed', 'credentials-wrong', false],
    [403, 'AuthorizationFailure', 'access-denied', false],
    [403, 'AuthorizationPermissionMismatch', 'access-denied', false],
    [403, 'AuthorizationSourceIPMismatch', 'access-denied', false],
    [404, 'ContainerNotFound', 'bucket-not-found', false],
    [409, 'ContainerBeingDeleted', 'bucket-not-found', false],
    [413, 'RequestBodyTooLarge', 'file-too-large', false],
    [503, 'ServerBusy', 'throttled', true],
    [500, 'OperationTimedOut', 'timeout', true],
    [500, 'InternalError', 'server-error', true],
    [400, 'Whatever', 'store-refused', false],
  ])('HTTP %d %s is %s', async (status, code, expected, retryable) => {
    expect(await failing(() => refusal(status, code))).toMatchObject({ code: expected, retryable });
  });

  it('tells a time that is over from a signature that is wrong', async () => {
    const over = 'Signature not valid in the specified key time frame: Start [a] - Expiry [b]';
    expect(await failing(() => refusal(403, 'AuthenticationFailed', over))).toMatchObject({
      code: 'request-expired',
      retryable: true,
    });
  });

  it('tells a wrong clock, and puts it right: the next call works', async () => {
    const hour = 3_600_000;
    let now = Date.now() - hour;
    const store = await scriptedStore((_, url) =>
      Date.parse(url.searchParams.get('se') ?? '') < Date.now()
        ? refusal(403, 'AuthenticationFailed', 'Signature not valid in the specified time frame: x')
        : refusal(404, 'BlobNotFound'),
    );
    close = store.close;
    const signer = store.signer({ publicUrl: 'https://cdn.example', clock: { now: () => now } });
    const read = (): Promise<unknown> => signer.remove('https://cdn.example/mesibo/x', call);
    await expect(read()).rejects.toMatchObject({ code: 'clock-skewed', retryable: true });
    await read();
    now -= hour;
    await expect(read()).rejects.toMatchObject({ code: 'clock-skewed' });
  });

  it('is network when the connection breaks, host-not-found, and bad-answer for rubbish', async () => {
    expect(await failing(() => null)).toMatchObject({ code: 'network', retryable: true });
    const portal = await scriptedStore(() => ({ body: '<html>Sign in</html>' }));
    close = portal.close;
    const begun = portal.signer().begin(fileFacts({ size: 9 }), call);
    await expect(begun).rejects.toMatchObject({ code: 'bad-answer' });
    const nowhere = portal.signer({ endpoint: 'http://acme.invalid/acme' }).begin(fileFacts(), call);
    await expect(nowhere).rejects.toMatchObject({ code: 'host-not-found' });
  });

  it('hands on how long to wait', async () => {
    const error = await failing(() => ({
      ...refusal(503, 'ServerBusy'),
      headers: { 'retry-after': '7', 'x-ms-error-code': 'ServerBusy' },
    }));
    expect(error.retryAfter).toBe(7000);
  });

  it('carries nothing secret, whatever the store repeats', async () => {
    const told = 'Signature did not match. String to sign used was rcwdl /blob/acme/files';
    const shown = inspect(await failing(() => refusal(403, 'AuthenticationFailed', told)), {
      depth: 20,
      showHidden: true,
    });
    expect(shown).not.toMatch(/String to sign|sig=|rcwdl/);
    expect(shown).not.toContain(ACCOUNT_KEY);
    expect(shown).toMatch(/AuthenticationFailed/);
  });
});
