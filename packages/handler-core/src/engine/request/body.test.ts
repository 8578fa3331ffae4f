import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sliced } from './body.ts';

it('cuts a buffer into slices that are the buffer again, none empty, none too long, the last a short one', () => {
  const sizes = fc.oneof(fc.integer({ min: 0, max: 40_000 }), fc.constantFrom(0, 1, 4095, 4096, 4097, 8192));
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 50_000 }), (size, sliceSize) => {
      const buffer = Uint8Array.from({ length: size }, (_, index) => index % 251);
      const body = sliced(buffer, sliceSize);
      const slices = [...(body.slices() as Iterable<Uint8Array>)];
      expect(body.size).toBe(size);
      expect(Buffer.concat(slices).equals(buffer)).toBe(true);
      expect(slices.every(({ length }) => length > 0 && length <= Math.max(sliceSize, 4096))).toBe(true);
      expect(slices.at(-1)?.length ?? 0).toBeLessThanOrEqual(4096);
    }),
    { numRuns: 200 },
  );
});

it('can be taken again, and copies nothing', () => {
  const buffer = new Uint8Array(10_000);
  const body = sliced(buffer, 4000);
  const lengths = () => [...(body.slices() as Iterable<Uint8Array>)].map(({ length }) => length);
  expect(lengths()).toEqual([4000, 1904, 4096]);
  expect(lengths()).toEqual([4000, 1904, 4096]);
  for (const slice of body.slices() as Iterable<Uint8Array>) expect(slice.buffer).toBe(buffer.buffer);
});
