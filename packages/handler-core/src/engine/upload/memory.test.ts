import { describe, expect, it } from 'vitest';
import { type Bench, bench, bytesOf, streamOf } from '../../../test/bench.ts';
import { upload } from '../../index.ts';

/** Counts the part buffers that are lent at once. */
function lent(b: Bench): { most: number; now: number } {
  const count = { most: 0, now: 0 };
  const { buffers } = b.runtime;
  const [take, give] = [buffers.take.bind(buffers), buffers.give.bind(buffers)];
  buffers.take = (size) => {
    count.now += 1;
    count.most = Math.max(count.most, count.now);
    return take(size);
  };
  buffers.give = (buffer) => {
    count.now -= 1;
    give(buffer);
  };
  return count;
}

/** Most requests that are at the store at once. */
function atOnce(b: Bench): { most: number } {
  const seen = { most: 0 };
  b.store.faults.delay = () => {
    seen.most = Math.max(seen.most, b.store.requests.filter(({ status }) => status === null).length);
    return 1;
  };
  return seen;
}

const bytes = bytesOf(16 * 20);

describe('parts in memory', () => {
  it.each([
    [4, 1024, 4],
    [16, 1024, 16],
    [8, 16 * 3, 3],
    [8, 16 * 4 - 1, 3],
    [8, 1, 1],
    [1, 1024, 1],
  ])('with concurrency %i and %i bytes: %i at once', async (concurrency, bufferMemory, most) => {
    const b = bench({}, [], { limits: { concurrency, bufferMemory } });
    const count = lent(b);
    const requests = atOnce(b);
    await b.send(bytes);
    expect(count).toEqual({ most, now: 0 });
    expect(requests.most).toBe(most);
  });

  it('are given back when a transfer fails, is stopped, or reads a stream', async () => {
    const b = bench({}, [{ do: 'answer', status: 403, path: 'part=5' }]);
    const count = lent(b);
    await expect(b.send(bytes)).rejects.toMatchObject({ code: 'access-denied' });
    expect(count.now).toBe(0);
    const controller = new AbortController();
    b.store.faults.delay = () => {
      if (b.store.requests.length > 12) controller.abort();
      return 0;
    };
    await b.send(bytes, '/other.bin', { signal: controller.signal }).catch(() => undefined);
    expect(count.now).toBe(0);
    const fine = bench({}, [], { limits: { maxStreamSize: 10_000 } });
    const streamed = lent(fine);
    await upload({ signer: fine.signer, runtime: fine.runtime, from: streamOf(bytes) });
    expect(streamed).toEqual({ most: 4, now: 0 });
  });
});
