import { expect, it } from 'vitest';
import { midOf, timeOf } from './read-message.ts';

it.each([
  [77n, 77n],
  [77, 77n],
  ['18446744073709551615', 18446744073709551615n],
  ['-1', 18446744073709551615n],
  [-1n, 18446744073709551615n],
  [2 ** 60, 0n],
  [1.5, 0n],
  ['abc', 0n],
  [undefined, 0n],
  [null, 0n],
])('a message id of %s is %s', (mid, expected) => {
  expect(midOf({ mid })).toBe(expected);
  expect(midOf({ mid: 5n, getMessageId: () => mid })).toBe(expected);
});

it('a time that is none counts as 0', () => {
  expect([timeOf({ ts: 17 }), timeOf({ ts: '18' }), timeOf({ ts: 'now' }), timeOf({})]).toEqual([
    17, 18, 0, 0,
  ]);
});
