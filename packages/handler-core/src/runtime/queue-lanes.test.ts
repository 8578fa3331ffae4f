import { expect, it } from 'vitest';
import { settled, watched } from '../../test/context.ts';
import type { Lane } from '../engine/request/lane.ts';
import { type QueueEntry, TransferQueue } from './queue.ts';

const never = new AbortController().signal;

/** A queue, and transfers in it that end when they are told. */
function queue(options: { maxTransfers: number; smallLane: number; ownLane?: number }) {
  const q = new TransferQueue(options, { monotonic: () => 0 });
  const running = new Map<string, { readonly lane: Lane; readonly end: () => void }>();
  const start = (name: string, more: Partial<QueueEntry> = {}) =>
    watched(
      q.run(
        { priority: () => 0, small: false, signal: never, ...more },
        (lane) =>
          new Promise<void>((resolve) => {
            const end = (): void => {
              running.delete(name);
              resolve();
            };
            running.set(name, { lane, end });
          }),
        () => undefined,
      ),
    );
  return { start, running, names: () => [...running.keys()] };
}

it('a transfer that gives its lane away is queued for another, before those that came later', async () => {
  const q = queue({ maxTransfers: 1, smallLane: 0 });
  for (const name of ['a', 'b', 'c']) q.start(name);
  const a = q.running.get('a');
  expect(a?.lane.release()).toBe(true);
  expect(a?.lane.release()).toBe(false);
  await settled();
  expect(q.names()).toEqual(['a', 'b']);
  const back = watched(a?.lane.reacquire() ?? Promise.resolve());
  await settled();
  expect(back.over).toBe(false);
  q.running.get('b')?.end();
  await settled();
  expect([back.over, q.names()]).toEqual([true, ['a']]);
  a?.end();
  await settled();
  expect(q.names()).toEqual(['c']);
});

it('one of larger priority goes before one that comes back', async () => {
  const q = queue({ maxTransfers: 1, smallLane: 0 });
  q.start('a');
  q.start('b');
  const a = q.running.get('a');
  a?.lane.release();
  await settled();
  const back = watched(a?.lane.reacquire() ?? Promise.resolve());
  q.start('urgent', { priority: () => 9 });
  q.running.get('b')?.end();
  await settled();
  expect([back.over, q.names()]).toEqual([false, ['a', 'urgent']]);
});

it('one that ends while it is away, or while it comes back, keeps no lane', async () => {
  const q = queue({ maxTransfers: 1, smallLane: 0 });
  q.start('a');
  q.start('b');
  const a = q.running.get('a');
  a?.lane.release();
  await settled();
  const back = watched(a?.lane.reacquire() ?? Promise.resolve());
  a?.end();
  q.start('c');
  await settled();
  q.running.get('b')?.end();
  await settled();
  expect([back.over, q.names()]).toEqual([true, ['c']]);
  q.running.get('c')?.end();
  q.start('d');
  await settled();
  expect(q.names()).toEqual(['d']);
});

it('a stop ends the wait for a lane, and frees one that is held', async () => {
  const q = queue({ maxTransfers: 1, smallLane: 0 });
  const controller = new AbortController();
  q.start('a', { signal: controller.signal });
  q.start('b');
  const a = q.running.get('a');
  a?.lane.release();
  await settled();
  const back = watched(a?.lane.reacquire() ?? Promise.resolve());
  controller.abort();
  await settled();
  expect(back.error).toMatchObject({ code: 'stopped' });
  await expect(a?.lane.reacquire()).rejects.toMatchObject({ code: 'stopped' });
  q.running.get('b')?.end();
  q.start('c');
  await settled();
  expect(q.names()).toEqual(['a', 'c']);
});

it('no more than five hundred are away at once, for each keeps its file open', async () => {
  const q = queue({ maxTransfers: 1, smallLane: 0 });
  for (let count = 0; count < 502; count += 1) q.start(String(count));
  for (let count = 0; count < 500; count += 1) {
    await settled();
    expect(q.running.get(String(count))?.lane.release()).toBe(true);
  }
  await settled();
  expect(q.running.get('500')?.lane.release()).toBe(false);
  expect(q.names()).toHaveLength(501);
  q.running.get('7')?.end();
  await settled();
  expect(q.running.get('500')?.lane.release()).toBe(true);
});

it('foreign URLs can not fill all lanes, whoever comes first', async () => {
  const q = queue({ maxTransfers: 4, smallLane: 1, ownLane: 1 });
  for (const name of ['f1', 'f2', 'f3', 'f4', 'f5']) q.start(name, { foreign: true });
  q.start('own');
  q.start('photo', { small: true });
  await settled();
  expect(q.names()).toEqual(['f1', 'f2', 'own', 'photo']);
  q.running.get('own')?.end();
  await settled();
  expect(q.names()).toEqual(['f1', 'f2', 'photo']);
  q.running.get('f1')?.end();
  await settled();
  expect(q.names()).toEqual(['f2', 'photo', 'f3']);
});

it('and have one where there is only one', async () => {
  const q = queue({ maxTransfers: 1, smallLane: 1, ownLane: 3 });
  q.start('f1', { foreign: true });
  await settled();
  expect(q.names()).toEqual(['f1']);
});
