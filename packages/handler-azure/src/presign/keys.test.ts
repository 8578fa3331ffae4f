import type { UserDelegationKey } from '@azure/storage-blob';
import { StoreClock } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import { call } from '../../test/facts.ts';
import { DelegationKeys, endOf } from './keys.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Bench {
  readonly keys: DelegationKeys;
  readonly fetched: readonly (readonly [Date, Date])[];
  readonly clock: StoreClock;
  now: number;
}

function bench(timeToLive: number, fail: () => boolean = () => false): Bench {
  const fetched: [Date, Date][] = [];
  const state = { now: 1_700_000_000_000 };
  const clock = new StoreClock({ now: () => state.now });
  const fetch = async (signedStartsOn: Date, signedExpiresOn: Date): Promise<UserDelegationKey> => {
    fetched.push([signedStartsOn, signedExpiresOn]);
    if (fail()) throw new Error('no key');
    return { signedStartsOn, signedExpiresOn } as UserDelegationKey;
  };
  return Object.assign(state, { keys: new DelegationKeys(fetch, clock, timeToLive), fetched, clock });
}

describe('user delegation keys', () => {
  it.each([15 * MINUTE, 6 * HOUR, 7 * DAY])(
    'are kept, and renewed before they end (%d)',
    async (timeToLive) => {
      const one = bench(timeToLive);
      for (let hour = 0; hour < 48; hour++) {
        const key = await one.keys.current(call);
        if (timeToLive < 7 * DAY) expect(endOf(key) - one.now).toBeGreaterThan(timeToLive);
        expect(endOf(key) - one.now).toBeGreaterThan(0);
        one.now += HOUR;
      }
      for (const [start, end] of one.fetched)
        expect(end.getTime() - start.getTime()).toBeLessThanOrEqual(7 * DAY);
      expect(one.fetched.length).toBeLessThan(6);
    },
  );

  it('are asked for once by all who wait, and again after a failure or when they were revoked', async () => {
    let failing = true;
    const one = bench(MINUTE, () => failing);
    await expect(one.keys.current(call)).rejects.toThrow('no key');
    failing = false;
    await Promise.all([one.keys.current(call), one.keys.current(call)]);
    expect(one.fetched.length).toBe(2);
    one.keys.forget();
    await one.keys.current(call);
    expect(one.fetched.length).toBe(3);
  });

  it.each([HOUR, 6 * DAY])(
    'are asked for again at once when the answer tells that the clock is %d fast',
    async (fast) => {
      const real = 1_700_000_000_000;
      const clock = new StoreClock({ now: () => real + fast });
      const starts: number[] = [];
      const keys = new DelegationKeys(
        async (signedStartsOn, signedExpiresOn) => {
          starts.push(signedStartsOn.getTime());
          clock.learn(real, 0);
          return { signedStartsOn, signedExpiresOn } as UserDelegationKey;
        },
        clock,
        15 * MINUTE,
      );
      const key = await keys.current(call);
      expect(key.signedStartsOn.getTime()).toBeLessThanOrEqual(real);
      expect(endOf(key)).toBeGreaterThan(real);
      expect(await keys.current(call)).toBe(key);
      expect(starts.length).toBe(2);
    },
  );

  it('are asked for anew when the clock turned out to be wrong', async () => {
    const one = bench(MINUTE);
    await one.keys.current(call);
    one.clock.learn(one.now - DAY, 0);
    await one.keys.current(call);
    expect(one.fetched[1]?.[0].getTime()).toBeLessThan(one.now - DAY);
    expect(one.fetched.length).toBe(2);
  });
});
