import { expect, it } from 'vitest';
import { settled, watched } from '../../../test/context.ts';
import { manualClock } from '../../testing/index.ts';
import { RetryBudget } from './budget.ts';

const never = new AbortController().signal;

it('keeps a budget for each host: two hundred that wait for one hold nobody at another', async () => {
  const budget = new RetryBudget(manualClock());
  const broken = Array.from({ length: 200 }, () => watched(budget.take(never, { host: 'broken' })));
  const healthy = watched(budget.take(never, { host: 'healthy' }));
  await settled();
  expect(broken.filter(({ over }) => over)).toHaveLength(20);
  expect(healthy.over).toBe(true);
});

it('lets the most urgent go first, and asks for urgency when one may go', async () => {
  const clock = manualClock();
  const budget = new RetryBudget(clock);
  for (let count = 0; count < 20; count += 1) await budget.take(never);
  let raised = 0;
  const order: string[] = [];
  const take = (name: string, priority: () => number): void =>
    void budget.take(never, { priority }).then(() => order.push(name));
  take('first', () => 0);
  take('urgent', () => 9);
  take('raised', () => raised);
  take('last', () => 0);
  raised = 10;
  await clock.advance(2000);
  expect(order).toEqual(['raised', 'urgent', 'first', 'last']);
});

it('is full again after a change of network', async () => {
  const clock = manualClock();
  const budget = new RetryBudget(clock);
  const waiting = Array.from({ length: 45 }, () => watched(budget.take(never, { host: 'a' })));
  await settled();
  budget.refill('a');
  budget.refill('unknown');
  await settled();
  expect(waiting.filter(({ over }) => over)).toHaveLength(40);
  await clock.advance(2500);
  expect(waiting.every(({ over }) => over)).toBe(true);
  expect(clock.timers).toBe(0);
});
