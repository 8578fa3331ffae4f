import { describe, expect, it } from 'vitest';
import { isLast, parseContentRange } from './content-range.ts';

describe('parseContentRange', () => {
  it.each([
    ['bytes */*', { is: 'query', total: undefined }],
    ['bytes */0', { is: 'query', total: 0 }],
    ['bytes */100', { is: 'query', total: 100 }],
    ['bytes 0-99/*', { is: 'bytes', first: 0, last: 99, total: undefined }],
    ['bytes 10-99/100', { is: 'bytes', first: 10, last: 99, total: 100 }],
    ['bytes 10-*/*', { is: 'bytes', first: 10, last: undefined, total: undefined }],
    ['bytes 10-*/100', { is: 'bytes', first: 10, last: undefined, total: 100 }],
    [undefined, { is: 'bytes', first: 0, last: undefined, total: undefined }],
  ])('reads %s', (header, range) => {
    expect(parseContentRange(header)).toEqual(range);
  });

  it.each([
    '',
    'bytes',
    '0-99/100',
    'bytes 99-0/100',
    'bytes 0-100/100',
    'bytes 0-9/5',
    'bytes=0-9/10',
    'bytes -9/10',
  ])('refuses %s', (header) => {
    expect(parseContentRange(header)).toBeUndefined();
  });
});

describe('isLast', () => {
  it.each([
    ['bytes 0-99/100', true],
    ['bytes 0-98/100', false],
    ['bytes 0-99/*', false],
    ['bytes 0-*/*', true],
  ])('of %s is %s', (header, expected) => {
    const range = parseContentRange(header);
    expect(range?.is === 'bytes' && isLast(range)).toBe(expected);
  });
});
