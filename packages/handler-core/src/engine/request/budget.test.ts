import { expect, it } from 'vitest';
import { settled, watched } from '../../../test/context.ts';
import { manualClock } from '../../testing/index.ts';
import { RetryBudget } from './budget.ts';

const never = new AbortController().signal;

async function takenOf(waiting: readonly { over: boolean }[]): Promise<number> {
  await settled();
  return waiting.filter(({ over }) => over).length;
}

it('lets twenty retries through at once, and two a second after that, and fails none', async () => {
  const clock = manualClock();
  const budget = new RetryBudget(clock);
  const waiting = Array.from({ length: 26 }, () => watched(budget.take(never)));
  expect(await takenOf(waiting)).toBe(20);
  await clock.advance(499);
  expect(await takenOf(waiting)).toBe(20);
  await clock.advance(1);
  expect(await takenOf(waiting)).toBe(21);
  await clock.advance(2500);
  expect(await takenOf(waiting)).toBe(26);
  expect(waiting.every(({ error }) => error === undefined)).toBe(true);
});

it('fills again with time, up to twenty', async () => {
  const clock = manualClock();
  const budget = new RetryBudget(clock);
  for (let count = 0; count < 20; count += 1) await budget.take(never);
  await clock.advance(2000);
  const some = Array.from({ length: 5 }, () => watched(budget.take(never)));
  expect(await takenOf(some)).toBe(4);
  await clock.advance(3_600_000);
  const many = Array.from({ length: 30 }, () => watched(budget.take(never)));
  expect(await takenOf(many)).toBe(20);
});

it('does not make others wait for retries that were stopped', async () => {
  const clock = manualClock();
  const budget = new RetryBudget(clock);
  for (let count = 0; count < 20; count += 1) await budget.take(never);
  const controller = new AbortController();
  const stopped = Array.from({ length: 50 }, () => watched(budget.take(controller.signal)));
  controller.abort();
  await settled();
  expect(stopped.every(({ error }) => error !== undefined)).toBe(true);
  expect(clock.timers).toBe(0);
  const next = watched(budget.take(never));
  await clock.advance(500);
  expect(next).toEqual({ value: undefined, over: true });
});
