import { manualClock } from '@mesibo-files/handler-core/testing';
import { expect, it } from 'vitest';
import { readiness } from './readiness.ts';

function counted(outcome: () => Promise<void>): { check: () => Promise<void>; looks: () => number } {
  let looks = 0;
  return {
    check: () => {
      looks += 1;
      return outcome();
    },
    looks: () => looks,
  };
}

it('looks once for many who ask, and again after some time', async () => {
  const clock = manualClock();
  const { check, looks } = counted(async () => undefined);
  const ready = readiness(check, clock);
  await Promise.all([ready.look(), ready.look(), ready.look()]);
  await ready.look();
  expect(looks()).toBe(1);
  await clock.advance(9_999);
  await ready.look();
  expect(looks()).toBe(1);
  await clock.advance(1);
  await ready.look();
  expect(looks()).toBe(2);
});

it('sees soon that what was wrong is mended', async () => {
  const clock = manualClock();
  let broken = true;
  const { check, looks } = counted(async () => {
    if (broken) throw new Error('the store is down');
  });
  const ready = readiness(check, clock);
  await expect(ready.look()).rejects.toThrow('the store is down');
  await expect(ready.look()).rejects.toThrow('the store is down');
  expect(looks()).toBe(1);
  broken = false;
  await clock.advance(2_000);
  await ready.look();
  expect(looks()).toBe(2);
});

it('does not wait for ever, and says so to who looks', async () => {
  const clock = manualClock();
  let given: AbortSignal | undefined;
  const ready = readiness(async (signal) => {
    given = signal;
    await new Promise(() => undefined);
  }, clock);
  const looked = expect(ready.look()).rejects.toThrow('within 10 s');
  await clock.advance(10_000);
  await looked;
  expect(given?.aborted).toBe(true);
  expect(clock.timers).toBe(0);
});
