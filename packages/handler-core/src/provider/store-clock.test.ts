import { describe, expect, it } from 'vitest';
import { StoreClock } from './store-clock.ts';

const call = { signal: new AbortController().signal };

describe('the clock', () => {
  it('follows the store, once it knows its time', () => {
    let now = 1_000_000;
    const clock = new StoreClock({ now: () => now });
    clock.correct(call);
    expect(clock.now()).toBe(1_000_000);
    clock.correct({ ...call, storeTime: 87_400_000 });
    expect(clock.now()).toBe(87_400_000);
    now += 5;
    expect(clock.now()).toBe(87_400_005);
  });

  it('leaves alone what whole seconds and a slow answer explain', () => {
    const clock = new StoreClock({ now: () => 1_000_000 });
    expect(clock.learn(998_500, 0)).toBe(0);
    expect(clock.learn(940_000, 60_000)).toBe(0);
    expect(clock.now()).toBe(1_000_000);
    expect(clock.learn(940_000, 1000)).toBe(-60_000);
    expect(clock.now()).toBe(940_000);
    expect(clock.learn(Number.NaN, 0)).toBe(0);
  });
});
