import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { S3Error } from './errors.ts';
import { parseRange } from './range.ts';

describe('parseRange', () => {
  it('gives what slice gives', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(20), fc.nat(20), (bytes, a, b) => {
        const first = Math.min(a, bytes.length - 1);
        const last = first + b;
        const range = parseRange(`bytes=${first}-${last}`, bytes.length);
        expect(range?.last).toBeLessThan(bytes.length);
        expect(range && bytes.slice(range.first, range.last + 1)).toEqual(bytes.slice(first, last + 1));
        const suffix = parseRange(`bytes=-${b + 1}`, bytes.length);
        expect(suffix && bytes.slice(suffix.first, suffix.last + 1)).toEqual(bytes.slice(-(b + 1)));
        const open = parseRange(`bytes=${first}-`, bytes.length);
        expect(open && bytes.slice(open.first, open.last + 1)).toEqual(bytes.slice(first));
      }),
    );
  });

  it.each([undefined, 'bytes=', 'bytes=-', 'bytes=5-2', 'bytes=0-1,3-4', 'items=0-1', 'bytes=a-b'])(
    'takes %s for the whole',
    (header) => expect(parseRange(header, 10)).toBeUndefined(),
  );

  it.each([
    ['bytes=10-', 10],
    ['bytes=10-11', 10],
    ['bytes=-0', 10],
    ['bytes=0-', 0],
  ])('refuses %s of %i bytes', (header, size) => {
    expect(() => parseRange(header, size)).toThrow(S3Error);
  });
});
