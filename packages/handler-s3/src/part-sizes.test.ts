import { partCount, partLength, partSizeFor } from '@mesibo-files/handler-core/provider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_OBJECT_SIZE, MAX_PART_SIZE, MAX_PARTS, MIN_PART_SIZE } from './limits.ts';

const sizes = fc.oneof(
  fc.integer({ min: 0, max: MAX_OBJECT_SIZE }),
  fc.integer({ min: 0, max: 100_000_000 }),
  fc.integer({ min: -2, max: 2 }).map((more) => MIN_PART_SIZE * MAX_PARTS + more),
  fc.integer({ min: 0, max: 2 }).map((less) => MAX_OBJECT_SIZE - less),
);
const wanted = fc.oneof(fc.constant(MIN_PART_SIZE), fc.integer({ min: MIN_PART_SIZE, max: MAX_PART_SIZE }));

describe('part sizes', () => {
  it('make at most 10,000 parts of one size, between 5 MiB and 5 GiB, that add up to the file', () => {
    fc.assert(
      fc.property(sizes, wanted, (size, least) => {
        const partSize = partSizeFor(size, least, MAX_PARTS);
        const count = partCount(size, partSize);
        expect(partSize).toBeGreaterThanOrEqual(least);
        expect(partSize).toBeLessThanOrEqual(MAX_PART_SIZE);
        expect(count).toBeLessThanOrEqual(MAX_PARTS);
        const last = partLength(count, size, partSize);
        expect((count - 1) * partSize + last).toBe(size);
        expect(last).toBeGreaterThanOrEqual(Math.min(size, 1));
        if (count > 1) expect(partLength(count - 1, size, partSize)).toBe(partSize);
      }),
      { numRuns: 2000 },
    );
  });

  it('stay as wanted while 10,000 of them suffice', () => {
    expect(partSizeFor(MIN_PART_SIZE * MAX_PARTS, MIN_PART_SIZE, MAX_PARTS)).toBe(MIN_PART_SIZE);
    expect(partSizeFor(MIN_PART_SIZE * MAX_PARTS + 1, MIN_PART_SIZE, MAX_PARTS)).toBe(
      MIN_PART_SIZE + 1024 * 1024,
    );
  });
});
