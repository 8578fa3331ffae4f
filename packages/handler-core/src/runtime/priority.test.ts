import { expect, it } from 'vitest';
import { livePriority } from './stopping.ts';

it.each([
  [undefined, 0],
  [3, 3],
  [Number.NaN, 0],
  [(): number => 7, 7],
  [(): number => Number.NaN, 0],
])('a priority of %s counts as %i', (priority, counts) => {
  expect(livePriority(priority)()).toBe(counts);
});

it('is asked anew every time, and a question that throws holds up nobody', () => {
  const answers = [1, 4];
  const priority = livePriority(() => {
    const answer = answers.shift();
    if (answer === undefined) throw new Error('a fault of the app');
    return answer;
  });
  expect([priority(), priority(), priority()]).toEqual([1, 4, 0]);
});
