import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settled, watched } from '../../test/context.ts';
import { type QueueEntry, TransferQueue } from './queue.ts';

const still = { monotonic: () => 0 };

/** A queue whose tasks end when they are told to. */
function tasks(options: { readonly maxTransfers: number; readonly smallLane: number }) {
  const queue = new TransferQueue(options, still);
  const running = new Map<number, () => void>();
  const began: number[] = [];
  const queued: number[] = [];
  const stops: AbortController[] = [];
  const results: { over: boolean; error?: unknown }[] = [];
  const priorities: number[] = [];
  const add = (entry: { readonly priority?: number; readonly small?: boolean } = {}): number => {
    const id = stops.length;
    priorities.push(entry.priority ?? 0);
    const controller = new AbortController();
    stops.push(controller);
    const task = (): Promise<void> => {
      began.push(id);
      return new Promise((resolve) => running.set(id, resolve));
    };
    const whole: QueueEntry = {
      priority: () => priorities[id] ?? 0,
      small: entry.small ?? false,
      signal: controller.signal,
    };
    results.push(watched(queue.run(whole, task, () => queued.push(id))));
    return id;
  };
  const end = async (id: number): Promise<void> => {
    running.get(id)?.();
    running.delete(id);
    await settled();
  };
  return { add, end, began, queued, stops, results, running, priorities };
}

describe('the queue', () => {
  it('lets so many run at once, one lane of them for small files only', async () => {
    const { add, end, began, queued } = tasks({ maxTransfers: 4, smallLane: 1 });
    for (let count = 0; count < 5; count += 1) add();
    await settled();
    expect([began, queued]).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
    add({ small: true });
    add({ small: true });
    await settled();
    expect(began).toEqual([0, 1, 2, 5]);
    await end(5);
    expect(began).toEqual([0, 1, 2, 5, 6]);
    await end(1);
    expect(began).toEqual([0, 1, 2, 5, 6, 3]);
  });

  it('takes the larger priority first, and then who came first', async () => {
    const { add, end, began } = tasks({ maxTransfers: 1, smallLane: 0 });
    for (const priority of [0, 1, 5, 1, 0, 5]) add({ priority });
    await settled();
    for (const id of [0, 2, 5, 1, 3, 4]) await end(id);
    expect(began).toEqual([0, 2, 5, 1, 3, 4]);
  });

  it('takes one whose priority rose while it waited before those it came after', async () => {
    const { add, end, began, priorities } = tasks({ maxTransfers: 1, smallLane: 0 });
    for (const priority of [0, 1, 1, 0]) add({ priority });
    await settled();
    priorities[3] = 2;
    for (const id of [0, 3, 1]) await end(id);
    expect(began).toEqual([0, 3, 1, 2]);
  });

  it('runs one large file even where all lanes are for small ones', async () => {
    const { add, began } = tasks({ maxTransfers: 1, smallLane: 1 });
    add();
    await settled();
    expect(began).toEqual([0]);
  });

  it('forgets who is stopped while waiting, and never runs them', async () => {
    const { add, end, began, stops, results } = tasks({ maxTransfers: 1, smallLane: 0 });
    for (let count = 0; count < 4; count += 1) add();
    await settled();
    stops[1]?.abort();
    await settled();
    expect(results[1]?.error).toMatchObject({ code: 'stopped' });
    await end(0);
    expect(began).toEqual([0, 2]);
    stops[2]?.abort();
    await settled();
    expect(results[2]?.over).toBe(false);
    await end(2);
    expect(began).toEqual([0, 2, 3]);
  });

  it('does not begin what was stopped before', async () => {
    const queue = new TransferQueue({ maxTransfers: 1, smallLane: 0 }, still);
    const entry = { priority: () => 0, small: false, signal: AbortSignal.abort() };
    let ran = false;
    const task = async (): Promise<void> => {
      ran = true;
    };
    await expect(queue.run(entry, task, () => undefined)).rejects.toMatchObject({ code: 'stopped' });
    expect(ran).toBe(false);
  });

  it('goes on after a task that failed', async () => {
    const queue = new TransferQueue({ maxTransfers: 1, smallLane: 0 }, still);
    const entry = { priority: () => 0, small: false, signal: new AbortController().signal };
    const failed = queue.run(
      entry,
      () => Promise.reject(new Error('no')),
      () => undefined,
    );
    const next = queue.run(
      entry,
      async () => 'next',
      () => undefined,
    );
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('next');
  });

  it('behaves like a list that is looked through from the front, whatever happens', async () => {
    const act = fc.oneof(
      fc.record({
        do: fc.constant('add' as const),
        priority: fc.integer({ min: 0, max: 2 }),
        small: fc.boolean(),
      }),
      fc.record({ do: fc.constantFrom('end' as const, 'stop' as const), which: fc.nat(9) }),
      fc.record({
        do: fc.constant('change' as const),
        which: fc.nat(9),
        priority: fc.integer({ max: 3, min: 0 }),
      }),
    );
    const options = fc.record({
      maxTransfers: fc.integer({ min: 1, max: 4 }),
      smallLane: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(options, fc.array(act, { maxLength: 25 }), async (limits, acts) => {
        const { add, end, began, stops, running, priorities } = tasks(limits);
        const large = Math.max(1, limits.maxTransfers - limits.smallLane);
        const small: boolean[] = [];
        let waiting: number[] = [];
        const runs = new Set<number>();
        const expected: number[] = [];
        const room = (id: number): boolean =>
          runs.size < limits.maxTransfers &&
          (small[id] === true || [...runs].filter((other) => !small[other]).length < large);
        const admit = (): void => {
          for (;;) {
            const able = waiting.filter(room);
            const most = Math.max(...able.map((id) => priorities[id] ?? 0));
            const next = able.find((id) => priorities[id] === most);
            if (next === undefined) return;
            waiting = waiting.filter((other) => other !== next);
            runs.add(next);
            expected.push(next);
          }
        };
        for (const one of acts) {
          if (one.do === 'add') {
            const id = add(one);
            small[id] = one.small;
            waiting.push(id);
          } else if (one.do === 'end') {
            const id = [...runs][one.which % Math.max(1, runs.size)];
            if (id !== undefined) {
              runs.delete(id);
              await end(id);
            }
          } else {
            const which = waiting[one.which % Math.max(1, waiting.length)];
            if (which !== undefined && one.do === 'change') priorities[which] = one.priority;
            if (which !== undefined && one.do === 'stop') {
              stops[which]?.abort();
              waiting = waiting.filter((other) => other !== which);
            }
          }
          admit();
          await settled();
          expect(began).toEqual(expected);
          expect([...running.keys()].sort()).toEqual([...runs].sort());
        }
      }),
      { numRuns: 150 },
    );
  });
});
