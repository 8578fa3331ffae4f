import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Target } from '../../ports/files.ts';
import { Watermark } from './watermark.ts';

/** A target that writes down what it is to keep. */
function target(): Target & { readonly noted: number[] } {
  const noted: number[] = [];
  const nothing = async (): Promise<void> => undefined;
  return {
    kept: 0,
    noted,
    write: nothing,
    read: async () => 0,
    keep: async (upTo) => void noted.push(upTo),
    commit: nothing,
    close: nothing,
  };
}

it('rises when a gap is closed, over all that lies behind it', async () => {
  const kept = target();
  const mark = new Watermark(kept, 0);
  await mark.note(20, 30);
  await mark.note(10, 15);
  expect(kept.noted).toEqual([]);
  await mark.note(0, 10);
  await mark.note(10, 20);
  expect(kept.noted).toEqual([15, 30]);
});

it('begins where an earlier attempt ended, and never notes less', async () => {
  const kept = target();
  const mark = new Watermark(kept, 12);
  await mark.note(0, 10);
  await mark.note(10, 12);
  await mark.note(10, 14);
  expect(kept.noted).toEqual([14]);
});

it('is always the end of what is there without a gap', async () => {
  const ranges = fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 10 })), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(ranges, async (noted) => {
      const kept = target();
      const mark = new Watermark(kept, 0);
      const reached = new Map<number, number>();
      for (const [range, part] of noted) {
        // Ten ranges of ten bytes; each only ever gets further.
        const end = Math.max(part, reached.get(range) ?? 0);
        reached.set(range, end);
        await mark.note(range * 10, range * 10 + end);
        let whole = 0;
        while ((reached.get(whole) ?? 0) === 10) whole += 1;
        expect(kept.noted.at(-1) ?? 0).toBe(whole * 10 + (reached.get(whole) ?? 0));
      }
    }),
  );
});
