import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { descriptorLimit, fitDescriptors } from './descriptors.ts';

describe('descriptors', () => {
  it('are read from the system, where it tells', () => {
    const limit = descriptorLimit();
    if (process.platform === 'linux') expect(limit).toBeGreaterThan(10);
    else expect(limit).toBeNull();
  });

  it('suffice for all that is let in at once', () => {
    const sizes = fc.record({
      maxConnections: fc.integer({ min: 1, max: 20_000 }),
      maxUploads: fc.nat(1_000),
    });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 128, max: 100_000 }), (limits, descriptors) => {
        const { maxConnections, maxUploads } = fitDescriptors(limits, descriptors);
        expect(maxConnections).toBeLessThanOrEqual(limits.maxConnections);
        expect(maxUploads).toBeLessThanOrEqual(limits.maxUploads);
        expect(maxConnections).toBeGreaterThanOrEqual(1);
        expect(2 * maxConnections + 2 * maxUploads + 64).toBeLessThanOrEqual(descriptors);
      }),
    );
  });

  it('that are many, or not told, change nothing', () => {
    const limits = { maxConnections: 10_000, maxUploads: 256 };
    expect(fitDescriptors(limits, 1_000_000)).toEqual({
      ...limits,
      descriptors: 1_000_000,
      reduced: false,
    });
    expect(fitDescriptors(limits, null)).toEqual({ ...limits, descriptors: null, reduced: false });
    expect(fitDescriptors(limits, 300)).toEqual({
      maxConnections: 89,
      maxUploads: 29,
      descriptors: 300,
      reduced: true,
    });
  });
});
