import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planMemory } from './memory.ts';

const MIB = 1024 * 1024;

describe('the memory of uploads', () => {
  it('is divided so that it suffices for all of them', () => {
    const settings = fc.record({
      uploadMemory: fc.integer({ min: MIB, max: 4096 * MIB }),
      maxUploads: fc.integer({ min: 1, max: 2_000 }),
    });
    fc.assert(
      fc.property(settings, ({ uploadMemory, maxUploads }) => {
        const least = maxUploads * 0.5 * MIB + 36 * MIB;
        const plan = (): ReturnType<typeof planMemory> => planMemory({ uploadMemory, maxUploads }, false);
        if (uploadMemory < least) expect(plan).toThrow('Raise it, or lower maxUploads');
        else {
          const { streams, files } = plan();
          expect(streams).toBeGreaterThanOrEqual(1);
          expect(files).toBeGreaterThanOrEqual(1);
          const held = maxUploads * 0.5 * MIB + (streams + files) * 18 * MIB;
          expect(held).toBeLessThanOrEqual(uploadMemory);
        }
      }),
    );
  });

  it('where the store is in the process, is 1 MiB for each', () => {
    expect(planMemory({ uploadMemory: 256 * MIB, maxUploads: 256 }, true)).toMatchObject({ streams: 256 });
    const plan = (): unknown => planMemory({ uploadMemory: 256 * MIB, maxUploads: 257 }, true);
    expect(plan).toThrow('257 uploads at once need 257 MiB, and not 256 MiB');
  });
});
