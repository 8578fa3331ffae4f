import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault, MemorySignerOptions } from '../src/testing/index.ts';
import { bench, bytesOf } from './bench.ts';

const shapes: readonly MemorySignerOptions[] = [
  { shape: 'single' },
  { shape: 'parts' },
  { shape: 'parts', singleUpTo: 20 },
  { shape: 'parts', digest: 'md5' },
  { shape: 'parts', proof: 'parts' },
  { shape: 'parts', proof: 'length' },
  { shape: 'session', dialect: 'content-range', chunkMultiple: 8 },
  { shape: 'session', dialect: 'upload-offset' },
  { shape: 'session', dialect: 'content-range', singleUpTo: 20 },
];

const nth = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 });
const method = fc.constantFrom('PUT', 'GET');
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ do: fc.constant('lose-answer' as const), method, nth }),
  fc.record({ do: fc.constant('refuse' as const), method, nth }),
  fc.record({ do: fc.constant('cut-request' as const), after: fc.integer({ min: 0, max: 30 }), method, nth }),
  fc.record({ do: fc.constant('cut-answer' as const), after: fc.integer({ min: 0, max: 30 }), method, nth }),
  fc.record({ do: fc.constant('answer' as const), status: fc.constantFrom(500, 503, 429, 408), method, nth }),
);

describe('a file on a bad network', () => {
  it('arrives as it was sent, through every shape of plan, whatever fails on the way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...shapes),
        fc.integer({ min: 0, max: 200 }),
        fc.array(fault, { maxLength: 4 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
        async (shape, size, faults, stored) => {
          const b = bench(shape, faults, { limits: { attempts: 40 } });
          // A session may keep less of a chunk than arrived, down to nothing.
          const shares = [...stored];
          const multiple = shape.chunkMultiple ?? 1;
          b.store.faults.storeOnly = (count) => {
            const share = shares.shift() ?? 1;
            return share === 1 ? count : Math.floor((count * share) / multiple) * multiple;
          };
          const bytes = bytesOf(size);
          const object = await b.send(bytes);
          expect(await b.store.objects.bytes(object.key)).toEqual(bytes);
          expect(await b.fetch(object.url)).toEqual(bytes);
          expect(b.store.unfinished()).toBe(0);
          expect(b.store.objects.keys()).toHaveLength(1);
          expect(b.files.unfinished.size).toBe(0);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('shows progress that never goes back, and 100 only at the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...shapes),
        fc.integer({ min: 1, max: 200 }),
        fc.array(fault, { maxLength: 4 }),
        async (shape, size, faults) => {
          const b = bench(shape, faults, { limits: { attempts: 40 } });
          const seen: number[] = [];
          let before = 0;
          await b.send(bytesOf(size), '/in.bin', {
            onProgress: ({ percent, done }) => {
              expect(done).toBeLessThanOrEqual(size);
              expect(done).toBeGreaterThanOrEqual(before);
              before = done;
              if (percent === 100) expect(b.store.objects.keys()).toHaveLength(1);
              seen.push(percent);
            },
          });
          expect(seen.at(-1)).toBe(100);
          expect(seen.filter((percent) => percent === 100)).toHaveLength(1);
          expect(seen).toEqual([...seen].sort((left, right) => left - right));
        },
      ),
      { numRuns: 200 },
    );
  });
});
