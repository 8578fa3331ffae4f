import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { bench, bytesOf } from '../../test/bench.ts';
import { settled } from '../../test/context.ts';
import { handlerOf } from '../../test/handler.ts';
import { transfer } from '../../test/transfer.ts';
import { upload } from '../index.ts';
import { TransferQueue } from './queue.ts';

const MANY = 10_000;

/** A runtime with one lane that is taken until it is told, and many uploads that wait for it. */
async function waiting(count: number) {
  const b = bench({}, [], { admission: { maxTransfers: 1, smallLane: 0 } });
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  b.store.faults.beforeSigner = () => gate;
  let opened = 0;
  const { openSource } = b.files;
  b.files.openSource = async (path) => {
    opened += 1;
    return openSource(path);
  };
  b.files.files.set('/first', bytesOf(10));
  for (let at = 0; at < Math.max(count, 20); at += 1) b.files.files.set(`/${at}`, Uint8Array.of(at, at >> 8));
  const first = upload({ signer: b.signer, from: '/first', runtime: b.runtime });
  await settled();
  const before = await memory();
  const finished: number[] = [];
  const stops: AbortController[] = [];
  const all: Promise<void>[] = [];
  const add = (at: number): void => {
    const stop = new AbortController();
    stops.push(stop);
    const one = upload({ signer: b.signer, from: `/${at}`, runtime: b.runtime, signal: stop.signal });
    all.push(
      one.then(
        () => void finished.push(at),
        () => undefined,
      ),
    );
  };
  for (let at = 0; at < count; at += 1) add(at);
  await settled();
  return {
    b,
    go,
    add,
    stops,
    finished,
    opened: () => opened,
    grown: async () => (await memory()) - before,
    end: () => Promise.all([first, ...all]),
  };
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Turns between collections: what they free, and what a busy machine has not run yet, is gone by then. */
async function memory(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return process.memoryUsage().heapUsed;
}

it('of those that wait nothing is opened, and each takes less than 4 kB', async () => {
  const { go, opened, grown, stops, end, b } = await waiting(MANY);
  expect(b.events.filter(({ type }) => type === 'queued')).toHaveLength(MANY);
  expect(opened()).toBe(1);
  expect((await grown()) / MANY).toBeLessThan(4096);
  for (const stop of stops) stop.abort();
  go();
  await end();
  expect(opened()).toBe(1);
});

it('also what a handler keeps of each that mesibo has started takes less than 4 kB', async () => {
  const { b, go, end } = await waiting(0);
  const { handler } = handlerOf(b);
  const files = Array.from({ length: MANY }, (_, at) => transfer({ path: `/${at}`, mid: BigInt(at + 1) }));
  for (let at = 0; at < MANY; at += 1) b.files.files.set(`/${at}`, Uint8Array.of(at, at >> 8));
  const before = await memory();
  for (const file of files) handler.Mesibo_onStartFileTransfer(file);
  await settled();
  expect(b.events.filter(({ type }) => type === 'queued')).toHaveLength(MANY);
  expect(((await memory()) - before) / MANY).toBeLessThan(4096);
  for (const file of files) handler.Mesibo_onStopFileTransfer(file);
  go();
  await end();
});

it('any of those that wait is stopped in a millisecond, and the others keep their order', async () => {
  const { go, stops, finished, end } = await waiting(MANY);
  const begun = process.cpuUsage();
  for (let at = 0; at < MANY; at += 1) if (at % 100 !== 7) stops[at]?.abort();
  // Of the processor, not of the clock: a busy machine lets a process wait.
  const { user, system } = process.cpuUsage(begun);
  expect((user + system) / 1000 / MANY).toBeLessThan(1);
  await settled();
  go();
  await end();
  expect(finished).toEqual(Array.from({ length: MANY / 100 }, (_, at) => 100 * at + 7));
});

it('those that were asked for first come first, however long the look at their file takes', async () => {
  const { b, go, finished, end, add } = await waiting(0);
  const { look } = b.files;
  b.files.look = async (path) => {
    for (let turns = Number(path.slice(1)); turns < 20; turns += 1) await Promise.resolve();
    return look(path);
  };
  for (let at = 0; at < 20; at += 1) add(at);
  await settled();
  go();
  await end();
  expect(finished).toEqual(Array.from({ length: 20 }, (_, at) => at));
});

it('taking one after the other costs no more for many that wait than for few', async () => {
  let asked = 0;
  const queue = new TransferQueue({ maxTransfers: 1, smallLane: 0 }, { monotonic: () => 0 });
  const entry = {
    small: false,
    signal: new AbortController().signal,
    priority: () => {
      asked += 1;
      return 0;
    },
  };
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: MANY }, (_, at) =>
      queue.run(
        entry,
        async () => void order.push(at),
        () => undefined,
      ),
    ),
  );
  expect(order).toEqual(Array.from({ length: MANY }, (_, at) => at));
  // Each once when it came, all once, and the last few again and again.
  expect(asked).toBeLessThan(2 * MANY + 256 * 256);
});

it('a priority that rises is seen at once by those who say so, and soon by itself', async () => {
  let now = 0;
  const queue = new TransferQueue({ maxTransfers: 1, smallLane: 0 }, { monotonic: () => now });
  const priorities = Array.from({ length: MANY }, () => 0);
  const order: number[] = [];
  const ends: (() => void)[] = [];
  const all = priorities.map((_, at) => {
    const entry = { small: false, signal: new AbortController().signal, priority: () => priorities[at] ?? 0 };
    const task = (): Promise<void> => {
      order.push(at);
      return new Promise((resolve) => ends.push(resolve));
    };
    return queue.run(entry, task, () => undefined);
  });
  const next = async (): Promise<void> => {
    ends.shift()?.();
    await settled();
  };
  await next();
  priorities[5000] = 1;
  queue.reconsider();
  await next();
  priorities[6000] = 1;
  now += 50;
  await next();
  expect(order).toEqual([0, 1, 5000, 6000]);
  void all;
});
