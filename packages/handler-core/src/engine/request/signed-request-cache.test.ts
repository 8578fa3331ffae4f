import { describe, expect, it } from 'vitest';
import { settled, testContext, watched } from '../../../test/context.ts';
import { TransferError } from '../../index.ts';
import type { SignedRequest } from '../../signer/request.ts';
import type { Signer } from '../../signer/signer.ts';
import { memoryStore } from '../../testing/index.ts';
import { SignedRequestCache } from './signed-request-cache.ts';

const part = (number: number) => ({ number, size: 1, digests: {} });

/** A cache whose signer answers when it is told to. */
function cache(batch = 100, timeToLive = 1000, limits = {}) {
  const context = testContext({}, { retryBase: 1, ...limits });
  const calls: {
    readonly parts: number[];
    readonly storeTime: number | undefined;
    answer(): void;
    fail(error: TransferError): void;
  }[] = [];
  const signer: Signer = {
    ...memoryStore().signer(),
    sign: (_, wanted, { storeTime }) =>
      new Promise((resolve, reject) => {
        const parts = wanted.map(({ number }) => number);
        const url = `https://store.invalid/${calls.length}`;
        const request: SignedRequest = { method: 'PUT', url, headers: {}, timeToLive };
        const answer = () => resolve(parts.map((number) => ({ number, request })));
        calls.push({ parts, storeTime, answer, fail: reject });
      }),
  };
  return { context, calls, cached: new SignedRequestCache(signer, 'ticket', context, batch, []) };
}

describe('the signed request cache', () => {
  it('puts what is wanted while a call is under way into the next one', async () => {
    const { cached: one, calls } = cache();
    const first = [1, 2].map((number) => one.request(part(number)));
    await settled();
    const later = [3, 4, 5].map((number) => one.request(part(number)));
    await settled();
    expect(calls.map(({ parts }) => parts)).toEqual([[1, 2]]);
    calls[0]?.answer();
    await Promise.all(first);
    await settled();
    expect(calls.map(({ parts }) => parts)).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    calls[1]?.answer();
    expect((await Promise.all(later)).map(({ url }) => url.at(-1))).toEqual(['1', '1', '1']);
    const fresh = one.request(part(6));
    await settled();
    calls[2]?.answer();
    await fresh;
  });

  it('asks for no more than the batch at once', async () => {
    const { cached: one, calls } = cache(2);
    const wanted = [1, 2, 3, 4, 5].map((number) => one.request(part(number)));
    for (let call = 0; call < 3; call += 1) {
      await settled();
      calls[call]?.answer();
    }
    await Promise.all(wanted);
    expect(calls.map(({ parts }) => parts)).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('holds a request until its last tenth, and signs once for all that then want one', async () => {
    const { cached: one, calls, context } = cache();
    const first = Promise.all([1, 2].map((number) => one.request(part(number))));
    await settled();
    calls[0]?.answer();
    await first;
    await context.clock.advance(899);
    expect((await one.request(part(1))).url).toMatch(/0$/);
    await context.clock.advance(1);
    const again = Promise.all([1, 2].map((number) => one.request(part(number))));
    await settled();
    expect(calls.map(({ parts }) => parts)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    calls[1]?.answer();
    await again;
  });

  it('ends a wait when the one who asked is stopped, though the signer still answers nothing', async () => {
    const { cached: one } = cache();
    const asker = new AbortController();
    const request = one.request(part(1), asker.signal);
    await settled();
    asker.abort(new TransferError('file-changed', 'another part failed'));
    await expect(request).rejects.toMatchObject({ code: 'file-changed' });
  });

  it('signs anew what was dropped, and from then on tells the time of the store', async () => {
    const { cached: one, calls, context } = cache();
    const signed = async (number: number, call: number): Promise<void> => {
      const request = one.request(part(number));
      await settled();
      calls[call]?.answer();
      await request;
    };
    await signed(1, 0);
    one.drop(1, 12_345);
    await signed(1, 1);
    one.drop(1, null);
    await context.clock.advance(100);
    await signed(1, 2);
    expect(calls.map(({ storeTime }) => storeTime)).toEqual([undefined, 12_345, 12_445]);
  });

  it('uses what begin signed', async () => {
    const { context, calls } = cache();
    const request = {
      method: 'PUT',
      url: 'https://store.invalid/begun',
      headers: {},
      timeToLive: 10,
    } as const;
    const one = new SignedRequestCache(memoryStore().signer(), 't', context, 1, [{ number: 1, request }]);
    expect(await one.request(part(1))).toBe(request);
    expect(calls).toEqual([]);
  });

  it('retries a signer that fails, and fails all that wait when it fails for good', async () => {
    const { cached: one, calls, context } = cache();
    const waiting = [1, 2].map((number) => watched(one.request(part(number))));
    await settled();
    calls[0]?.fail(new TransferError('server-error', 'once'));
    await context.clock.advance(10);
    calls[1]?.fail(new TransferError('access-denied', 'for good'));
    await settled();
    expect(waiting.map(({ error }) => (error as TransferError).code)).toEqual([
      'access-denied',
      'access-denied',
    ]);
    const next = one.request(part(3));
    await settled();
    calls[2]?.answer();
    await next;
  });

  it('calls it a fault when the signer signs something else', async () => {
    const { context } = cache();
    const silent: Signer = { ...memoryStore().signer(), sign: async () => [] };
    const one = new SignedRequestCache(silent, 't', context, 1, []);
    await expect(one.request(part(1))).rejects.toMatchObject({ code: 'internal' });
  });
});
