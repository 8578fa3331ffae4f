import { describe, expect, it } from 'vitest';
import { settled, type TestContext, testContext, watched } from '../../../test/context.ts';
import { CONNECTIVITY, type Connectivity, type ErrorCode, TransferError } from '../../index.ts';
import { persist } from './retry.ts';

const failing = (code: ErrorCode, retryAfter?: number): TransferError =>
  new TransferError(code, 'on purpose', retryAfter === undefined ? {} : { retryAfter });

/** Fails so many times, and then succeeds. */
function flaky(times: number, error: () => TransferError, each: () => void = () => undefined) {
  let tries = 0;
  const attempt = async (): Promise<number> => {
    tries += 1;
    each();
    if (tries <= times) throw error();
    return tries;
  };
  return { attempt, tries: () => tries };
}

const delays = (context: TestContext): number[] => context.retries.map(({ delay }) => delay);

describe('pauses', () => {
  it('double up to the cap, and a random share of each is waited', async () => {
    const shares = [0, 0.5, 1, 1, 1, 0.25];
    const limits = { retryBase: 100, retryCap: 900 };
    const context = testContext({}, limits, () => shares.shift() ?? 1);
    const done = watched(persist(context, flaky(6, () => failing('server-error')).attempt));
    await context.clock.advance(5000);
    expect(done.value).toBe(7);
    expect(delays(context)).toEqual([0, 100, 400, 800, 900, 225]);
  });

  it('are really waited', async () => {
    const context = testContext({}, { retryBase: 100 });
    const { attempt, tries } = flaky(1, () => failing('server-error'));
    const done = watched(persist(context, attempt));
    await context.clock.advance(99);
    expect(tries()).toBe(1);
    await context.clock.advance(1);
    expect(done.value).toBe(2);
  });

  it('add jitter to the Retry-After of the store', async () => {
    const context = testContext({}, { retryBase: 100 }, () => 0.5);
    const { attempt, tries } = flaky(1, () => failing('throttled', 7000));
    void persist(context, attempt);
    await context.clock.advance(7049);
    expect(tries()).toBe(1);
    await context.clock.advance(1);
    expect(tries()).toBe(2);
  });

  it('are not made for a Retry-After that is too long', async () => {
    const context = testContext({}, { retryAfterMost: 10_000 });
    const { attempt, tries } = flaky(1, () => failing('server-error', 10_001));
    await expect(persist(context, attempt)).rejects.toMatchObject({ code: 'throttled', retryable: false });
    expect([tries(), context.clock.timers]).toEqual([1, 0]);
    const obeyed = flaky(1, () => failing('server-error', 10_000));
    void persist(context, obeyed.attempt);
    await context.clock.advance(20_000);
    expect(obeyed.tries()).toBe(2);
  });

  it('end at once when the transfer is stopped, with nothing left behind', async () => {
    const context = testContext();
    const { attempt, tries } = flaky(5, () => failing('server-error'));
    const done = watched(persist(context, attempt));
    await settled();
    expect(context.clock.timers).toBe(1);
    context.stop();
    await settled();
    expect(done.error).toMatchObject({ code: 'stopped' });
    expect([tries(), context.clock.timers]).toEqual([1, 0]);
  });
});

describe('attempts', () => {
  const run = async (context: TestContext, work: Promise<unknown>) => {
    const done = watched(work);
    await context.clock.advance(3_600_000);
    return done;
  };

  it('are counted, and the last failure is what is thrown', async () => {
    const context = testContext({}, { attempts: 3 });
    const { attempt, tries } = flaky(99, () => failing('server-error'));
    expect((await run(context, persist(context, attempt))).error).toMatchObject({ code: 'server-error' });
    expect([tries(), context.retries.length]).toEqual([3, 2]);
  });

  it('do not count a first failure of the network, which may be an expired signature', async () => {
    const context = testContext({}, { attempts: 3 });
    const { attempt, tries } = flaky(99, () => failing('network'));
    expect((await run(context, persist(context, attempt))).error).toMatchObject({ code: 'network' });
    expect(tries()).toBe(4);
  });

  it('begin anew when something was confirmed meanwhile, and only when it got further than ever', async () => {
    const context = testContext({}, { attempts: 3 });
    let tries = 0;
    const gaining = async (): Promise<void> => {
      tries += 1;
      if (tries <= 4) context.ledger.confirm(1, 10);
      else if (tries % 2 === 0) context.ledger.unconfirm(5);
      else context.ledger.confirm(1, 5);
      throw failing('server-error');
    };
    const done = await run(context, persist(context, gaining));
    expect(done.error).toMatchObject({ code: 'server-error' });
    // Confirmed: 10, 20, 30, 40, 45, then 40 and 45 in turns.
    expect(tries).toBe(7);
  });

  it('are told how many failed and why', async () => {
    const context = testContext();
    const told: unknown[] = [];
    await run(
      context,
      persist(context, async ({ failures, last }) => {
        told.push([failures, last?.code ?? null]);
        if (told.length < 3) throw failing('timeout');
      }),
    );
    expect(told).toEqual([
      [0, null],
      [1, 'timeout'],
      [2, 'timeout'],
    ]);
  });

  it('are not multiplied by a retry around a retry', async () => {
    const context = testContext({}, { attempts: 3 });
    const { attempt, tries } = flaky(99, () => failing('server-error'));
    const done = await run(
      context,
      persist(context, () => persist(context, attempt)),
    );
    expect(done.error).toMatchObject({ code: 'server-error' });
    expect(tries()).toBe(3);
  });

  it('are not made again for what a retry does not help, nor for a foreign error', async () => {
    const context = testContext();
    for (const [error, code] of [
      [failing('access-denied'), 'access-denied'],
      [failing('stopped'), 'stopped'],
      [new TypeError('x'), 'internal'],
    ] as const) {
      const done = await run(
        context,
        persist(context, () => Promise.reject(error)),
      );
      expect(done.error).toMatchObject({ code });
    }
    expect(context.retries).toEqual([]);
  });

  it('go on for as long as there is patience, however many fail: fifteen minutes, or two with a person waiting', async () => {
    for (const [priority, minutes] of [
      [0, 15],
      [1, 2],
    ] as const) {
      const context = { ...testContext(), priority: () => priority };
      const { attempt, tries } = flaky(Number.POSITIVE_INFINITY, () => failing('server-error'));
      const done = watched(persist(context, attempt));
      await context.clock.advance(minutes * 60_000 - 1);
      expect(done.over).toBe(false);
      await context.clock.advance(1);
      expect(done.error).toMatchObject({ code: 'server-error' });
      expect(tries()).toBeGreaterThan(minutes * 2);
      expect(context.clock.timers).toBe(0);
    }
  });

  it('have their patience anew after progress, and by who waits now', async () => {
    let priority = 0;
    const context = { ...testContext(), priority: () => priority };
    const done = watched(
      persist(context, async () => {
        if (context.clock.monotonic() < 14 * 60_000) context.ledger.confirm(1, 1);
        throw failing('server-error');
      }),
    );
    await context.clock.advance(28 * 60_000);
    expect(done.over).toBe(false);
    priority = 5;
    await context.clock.advance(31_000);
    expect(done.error).toMatchObject({ code: 'server-error' });
  });

  it('take a trickle of bytes for no progress', async () => {
    const context = testContext();
    const done = watched(
      persist(context, async () => {
        context.ledger.confirm(1, 1);
        throw failing('too-slow');
      }),
    );
    await context.clock.advance(15 * 60_000);
    expect(done.error).toMatchObject({ code: 'too-slow' });
  });

  it('are not waited for when the store asks for more than the patience that is left', async () => {
    const context = { ...testContext(), priority: () => 1 };
    const { attempt, tries } = flaky(9, () => failing('throttled', 121_000));
    await expect(persist(context, attempt)).rejects.toMatchObject({ code: 'throttled', retryable: false });
    expect([tries(), context.clock.timers]).toEqual([1, 0]);
  });

  it('begin at once when the network changes, but not before the store wants', async () => {
    const callbacks = new Set<(now: Connectivity) => void>();
    const told = (): void => {
      for (const callback of [...callbacks]) callback(CONNECTIVITY.WIFI);
    };
    const network = {
      connectivity: () => CONNECTIVITY.WIFI,
      onChange: (callback: (now: Connectivity) => void) => {
        const own = (now: Connectivity): void => callback(now);
        callbacks.add(own);
        return () => callbacks.delete(own);
      },
    };
    const context = testContext({ network }, { retryBase: 30_000 });
    const { attempt, tries } = flaky(1, () => failing('server-error'));
    const done = watched(persist(context, attempt));
    await settled();
    told();
    await settled();
    expect([done.value, tries(), context.clock.timers, callbacks.size]).toEqual([2, 2, 0, 0]);
    const asked = flaky(1, () => failing('throttled', 5000));
    const later = watched(persist(context, asked.attempt));
    await context.clock.advance(4999);
    told();
    expect(asked.tries()).toBe(1);
    await context.clock.advance(1);
    told();
    await settled();
    expect(later.value).toBe(2);
  });

  it('are not begun after a stop', async () => {
    const context = testContext();
    context.stop();
    const { attempt, tries } = flaky(0, () => failing('server-error'));
    await expect(persist(context, attempt)).rejects.toMatchObject({ code: 'stopped' });
    expect(tries()).toBe(0);
  });
});
