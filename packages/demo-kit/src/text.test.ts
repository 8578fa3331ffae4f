import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { bytes, fit, megabytesPerSecond, printable, shorten } from './text.ts';

describe('text for a terminal', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [64 * 1024 ** 2, '64.0 MiB'],
    [5 * 1024 ** 5, '5120.0 TiB'],
  ])('says %d bytes as %s', (count, text) => expect(bytes(count)).toBe(text));

  it('says how fast, and nothing when no time has passed', () => {
    expect(megabytesPerSecond(3_000_000, 2)).toBe('1.5');
    expect(megabytesPerSecond(1, 0)).toBe('');
  });

  it.each(['short.txt', '写真がたくさんある長い名前.jpg', 'e\u0301'.repeat(40), '👨‍👩‍👧‍👦'.repeat(12), ''])(
    'fits %j into exactly 18 columns',
    (name) => expect(stringWidth(fit(name, 18))).toBe(18),
  );

  it('keeps the extension of a name that is too long', () => {
    expect(shorten('a very long name indeed.jpeg', 16)).toBe('a very lon….jpeg');
  });

  it('lets no name act on the terminal', () => {
    expect(printable('a\u001b[31mb\u202ec\nd')).toBe('a\ufffd[31mb\ufffdc\ufffdd');
  });
});
