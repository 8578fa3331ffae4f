import { describe, expect, it } from 'vitest';
import { bytes, fit, speed, wrap } from './text.ts';

describe('text for people', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [64 * 1024 ** 2, '64.0 MiB'],
  ])('says %d bytes as %s', (count, text) => expect(bytes(count)).toBe(text));

  it('says how fast, and nothing when no time has passed', () => {
    expect(speed(3_000_000, 2)).toBe('1.5 MB/s');
    expect(speed(1, 0)).toBe('');
  });

  it('fits a name into its columns, and keeps its extension', () => {
    expect(fit('a very long name indeed.jpeg', 16)).toBe('a very lon….jpeg');
    expect(fit('写真.jpg', 10)).toBe('写真.jpg  ');
    expect(fit('a\u001b[31m', 8)).toBe('a\ufffd[31m  ');
  });

  it('breaks at spaces, and never within a word', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('averylongword b', 4)).toEqual(['averylongword', 'b']);
  });
});
