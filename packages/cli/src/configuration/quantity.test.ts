import { check, constantFrom, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDuration, readSize } from './quantity.ts';

describe('a size', () => {
  it.each([
    ['0', 0],
    ['1048576', 1048576],
    ['5b', 5],
    ['1k', 1024],
    ['1KB', 1024],
    ['200MiB', 200 * 1024 ** 2],
    ['1.5 g', 1.5 * 1024 ** 3],
    ['5TiB', 5 * 1024 ** 4],
  ])('%s is %d bytes', (text, bytes) => expect(readSize(text)).toBe(bytes));

  it.each([
    '',
    'b',
    '-1',
    '1e3',
    '5 GiBs',
    'GiB',
    '1.5.5k',
    '0x10',
    '9999999999999999',
    '1_000',
    'NaN',
    '5h',
  ])('%j is none', (text) => expect(readSize(text)).toBeNull());
});

describe('a time', () => {
  it.each([
    ['24h', 86_400_000],
    ['1.5m', 90_000],
    ['250ms', 250],
    ['7D', 604_800_000],
  ])('%s is %d ms', (text, milliseconds) => expect(readDuration(text)).toBe(milliseconds));

  it.each(['', '24', 'h', '-1h', '1w', '24 hours'])('%j is none', (text) =>
    expect(readDuration(text)).toBeNull(),
  );
});

describe('any text', () => {
  it('is a whole number that is not negative, or null', () => {
    const unit = constantFrom('', 'k', 'MiB', 'gb', 't', 's', 'h', 'ms', 'd');
    const ask = property(integer({ min: 0, max: 2 ** 31 }), unit, string(), (number, suffix, rubbish) => {
      for (const text of [`${number}${suffix}`, rubbish]) {
        for (const read of [readSize(text), readDuration(text)]) {
          if (read !== null && !(Number.isSafeInteger(read) && read >= 0)) return false;
        }
      }
      return true;
    });
    expect(check(ask)).toMatchObject({ failed: false });
  });
});
