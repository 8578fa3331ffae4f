import fc from 'fast-check';
import { expect, it } from 'vitest';
import { settled, watched } from '../../../test/context.ts';
import { manualClock } from '../../testing/index.ts';
import { DEFAULT_TRANSFER_LIMITS, type TransferLimits } from '../limits.ts';
import { type Direction, Pace, type Slot } from './pace.ts';

const never = new AbortController().signal;
const pace = (limits: Partial<TransferLimits> = {}): Pace =>
  new Pace(manualClock(), { ...DEFAULT_TRANSFER_LIMITS, ...limits });

async function granted(slots: readonly { over: boolean }[]): Promise<number> {
  await settled();
  return slots.filter(({ over }) => over).length;
}

it('begins with four parts of all transfers together, and one of each at the least', async () => {
  const p = pace();
  const ask = (transfer: object, count: number) =>
    Array.from({ length: count }, () => watched(p.acquire(p.up, transfer, 1, never)));
  const one = ask({}, 10);
  expect(await granted(one)).toBe(4);
  const others = [ask({}, 3), ask({}, 3), ask({}, 3)];
  for (const other of others) expect(await granted(other)).toBe(1);
  // What is given back goes to whoever has least.
  one[0]?.value?.release();
  one[0]?.value?.release();
  one[1]?.value?.release();
  one[2]?.value?.release();
  expect(await granted(one)).toBe(4);
  one[3]?.value?.release();
  expect(await granted(one)).toBe(5);
});

it('keeps a fixed number of parts for each transfer where that is wanted', async () => {
  const p = pace({ pacing: 'fixed', concurrency: 3 });
  const slots = [{}, {}].flatMap((transfer) =>
    Array.from({ length: 5 }, () => watched(p.acquire(p.down, transfer, 1, never))),
  );
  expect(await granted(slots)).toBe(6);
});

it('shares the memory out over both directions, and holds one part whatever its size', async () => {
  const p = pace({ bufferMemory: 100 });
  const up = watched(p.acquire(p.up, {}, 1000, never));
  const down = watched(p.acquire(p.down, {}, 10, never));
  expect(await granted([up, down])).toBe(1);
  up.value?.release();
  expect(await granted([up, down])).toBe(2);
});

it('takes out who is stopped while waiting', async () => {
  const p = pace({ bufferMemory: 10 });
  const held = watched(p.acquire(p.up, {}, 10, never));
  await settled();
  const controller = new AbortController();
  const stopped = watched(p.acquire(p.up, {}, 10, controller.signal));
  const next = watched(p.acquire(p.up, {}, 10, never));
  controller.abort();
  await settled();
  expect(stopped.error).toMatchObject({ code: 'stopped' });
  held.value?.release();
  expect(await granted([next])).toBe(1);
  await expect(p.acquire(p.up, {}, 1, controller.signal)).rejects.toMatchObject({ code: 'stopped' });
});

it('never gives more memory than there is but for one part, and keeps nobody waiting for ever', async () => {
  const step = fc.record({ transfer: fc.nat(4), up: fc.boolean(), bytes: fc.integer({ min: 1, max: 60 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.infiniteStream(fc.nat()),
      async (steps, chance) => {
        const p = pace({ bufferMemory: 100 });
        const transfers = Array.from({ length: 5 }, () => ({}));
        const held = new Map<Slot, number>();
        let waiting = steps.length;
        for (const { transfer, up, bytes } of steps) {
          const direction: Direction = up ? p.up : p.down;
          void p.acquire(direction, transfers[transfer] ?? {}, bytes, never).then((slot) => {
            waiting -= 1;
            held.set(slot, bytes);
          });
        }
        for (;;) {
          await Promise.resolve();
          await Promise.resolve();
          const used = [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
          expect(used <= 100 || held.size === 1).toBe(true);
          const [slot] = [...held.keys()].slice((chance.next().value ?? 0) % Math.max(1, held.size));
          if (slot === undefined) break;
          slot.release();
          held.delete(slot);
        }
        expect(waiting).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
