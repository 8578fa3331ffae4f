import { expect, it, vi } from 'vitest';
import { bench, bytesOf } from '../../test/bench.ts';
import { upload } from '../index.ts';

/** A runtime with one lane, which is taken until `go`. */
async function busy() {
  const b = bench({}, [], { admission: { maxTransfers: 1, smallLane: 0 } });
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  b.store.faults.beforeSigner = () => gate;
  const order: string[] = [];
  const send = async (path: string, priority: number | (() => number), signal?: AbortSignal) => {
    const options = { signer: b.signer, from: path, runtime: b.runtime, priority };
    await upload(signal === undefined ? options : { ...options, signal });
    order.push(path);
  };
  const kinds = (type: string): number => b.events.filter((event) => event.type === type).length;
  for (const [at, path] of ['/first', '/a', '/b', '/c'].entries()) b.files.files.set(path, bytesOf(40, at));
  const all = [send('/first', 9)];
  await vi.waitFor(() => expect(kinds('started')).toBe(1));
  return { send, go, order, all, kinds };
}

it('asking again for a queued upload, with a larger priority, brings it forward', async () => {
  const { send, go, order, all, kinds } = await busy();
  all.push(send('/a', 1), send('/b', 1), send('/c', 0));
  await vi.waitFor(() => expect(kinds('queued')).toBe(3));
  all.push(send('/c', 5));
  await vi.waitFor(() => expect(kinds('joined')).toBe(1));
  go();
  await Promise.all(all);
  expect(order).toEqual(['/first', '/c', '/c', '/a', '/b']);
});

it('who asked for it soonest and then stopped no longer counts', async () => {
  const { send, go, order, all, kinds } = await busy();
  all.push(send('/a', 1), send('/c', 0));
  await vi.waitFor(() => expect(kinds('queued')).toBe(2));
  const stop = new AbortController();
  const stopped = send('/c', 5, stop.signal).catch((error: unknown) => error);
  await vi.waitFor(() => expect(kinds('joined')).toBe(1));
  stop.abort();
  await stopped;
  go();
  await Promise.all(all);
  expect(order).toEqual(['/first', '/a', '/c']);
});

it('a priority that can change is asked when a lane is free', async () => {
  const { send, go, order, all, kinds } = await busy();
  let priority = 0;
  all.push(
    send('/a', 1),
    send('/b', () => priority),
  );
  await vi.waitFor(() => expect(kinds('queued')).toBe(2));
  priority = 2;
  go();
  await Promise.all(all);
  expect(order).toEqual(['/first', '/b', '/a']);
});
