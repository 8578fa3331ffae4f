import { expect, it } from 'vitest';
import { retryAfterOf } from './retry-after.ts';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 7);

it.each([
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7000],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 30_000],
  ['Sun Nov  6 08:49:37 1994 GMT', 30_000],
  ['Sun, 06 Nov 1994 08:48:37 GMT', 0],
  ['', null],
  ['soon', null],
  ['-5', null],
  ['1.5', null],
  ['1e3', null],
  ['Infinity', null],
  ['Sun, 99 Foo 1994', null],
  ['1'.repeat(100), null],
  [undefined, null],
  [12, null],
])('%j is %j', (header, expected) => {
  expect(retryAfterOf(header, NOW)).toBe(expected);
});
