import { describe, expect, it } from 'vitest';
import { type Bench, bench, bytesOf, requestsOf, stopAt } from '../../../test/bench.ts';
import type { PartFacts, Signer } from '../../signer/signer.ts';
import type { MemorySignerOptions, MemoryStoreOptions } from '../../testing/index.ts';
import { manualClock } from '../../testing/index.ts';

const bytes = bytesOf(16 * 6 - 3);
const slow = { limits: { concurrency: 1 } };

/** Six parts, stopped while the fourth is on its way. */
async function stopped(
  options: MemorySignerOptions = {},
  storeOptions: MemoryStoreOptions = {},
): Promise<Bench> {
  const b = bench(options, [], slow, storeOptions);
  await expect(b.send(bytes, '/in.bin', { signal: stopAt(b, 'part', 4) })).rejects.toMatchObject({
    code: 'stopped',
  });
  expect(b.store.unfinished()).toBe(1);
  b.store.faults.delay = undefined;
  return b;
}

const partsSent = async (b: Bench, run: () => Promise<unknown>): Promise<(number | null)[]> =>
  (await requestsOf(b, run)).map(({ part }) => part);

/** The same signer, whose store lists its parts differently. */
function listing(b: Bench, change: (part: PartFacts) => PartFacts): Signer {
  return {
    ...b.signer,
    resume: async (ticket, call) => {
      const resumed = await b.signer.resume(ticket, call);
      if (resumed.stored.state !== 'parts') throw new Error('no parts');
      return { ...resumed, stored: { state: 'parts', parts: resumed.stored.parts.map(change) } };
    },
  };
}

async function arrived(b: Bench): Promise<void> {
  const keys = b.store.objects.keys();
  expect(keys).toHaveLength(1);
  expect(b.store.objects.bytes(keys[0] ?? '')).toEqual(bytes);
  expect(b.store.unfinished()).toBe(0);
}

describe('an upload in parts that was stopped', () => {
  it('sends only what is missing', async () => {
    const b = await stopped();
    expect(await partsSent(b, () => b.send(bytes))).toEqual([4, 5, 6]);
    expect(b.events).toContainEqual(expect.objectContaining({ type: 'resumed', bytes: 48 }));
    await arrived(b);
  });

  it('can be stopped and continued again and again', async () => {
    const b = await stopped();
    for (let round = 0; round < 2; round += 1) {
      const sent = await partsSent(b, () =>
        b.send(bytes, '/in.bin', { signal: stopAt(b, 'part', 2) }).catch(() => undefined),
      );
      b.store.faults.delay = undefined;
      expect(sent[0]).toBe(4 + round);
    }
    expect(await partsSent(b, () => b.send(bytes))).toEqual([6]);
  });

  it('is discarded and begun anew when the file is another by now', async () => {
    const b = await stopped();
    const other = bytesOf(bytes.length, 99);
    const calls: string[] = [];
    b.store.faults.beforeSigner = (method) => void calls.push(method);
    expect(await partsSent(b, () => b.send(other))).toEqual([1, 2, 3, 4, 5, 6]);
    // It is asked for first: what was committed unnoted must stay.
    expect(calls.slice(0, 4)).toEqual(['resume', 'discard', 'capabilities', 'begin']);
    expect(b.store.unfinished()).toBe(0);
    expect(b.store.objects.bytes(b.store.objects.keys()[0] ?? '')).toEqual(other);
  });

  it('begins anew when the store forgot it', async () => {
    const clock = manualClock();
    const b = await stopped({}, { clock });
    await clock.advance(25 * 3_600_000);
    expect(await partsSent(b, () => b.send(bytes))).toEqual([1, 2, 3, 4, 5, 6]);
    await arrived(b);
  });

  it('sends a part again that the store lists with other bytes, or with another size', async () => {
    const b = await stopped();
    const signer = listing(b, (part) =>
      part.number === 2
        ? { ...part, digests: { crc32: 'AAAAAA==' } }
        : part.number === 3
          ? { ...part, size: 15 }
          : part,
    );
    expect(await partsSent(b, () => b.send(bytes, '/in.bin', { signer }))).toEqual([2, 3, 4, 5, 6]);
    await arrived(b);
  });

  it('believes the journal where the store lists no digests, and only if the bytes prove the same', async () => {
    const b = await stopped();
    const signer = listing(b, (part) => ({ ...part, digests: {} }));
    const [record] = await b.runtime.ports.journal.list();
    if (record === undefined) throw new Error('nothing is journaled');
    const slices = record.slices.map((slice) =>
      slice.number === 1 ? { ...slice, digests: { crc32: 'AAAAAA==' } } : slice,
    );
    await b.runtime.ports.journal.change(record.transferId, () => ({ ...record, slices }));
    expect(await partsSent(b, () => b.send(bytes, '/in.bin', { signer }))).toEqual([1, 4, 5, 6]);
    await arrived(b);
  });

  it('sends parts again that nothing can be compared with', async () => {
    const b = await stopped({ proof: 'length' });
    expect(await partsSent(b, () => b.send(bytes))).toEqual([1, 2, 3, 4, 5, 6]);
    await arrived(b);
  });

  it('is another upload when user, message or picture are others', async () => {
    const b = await stopped();
    for (const more of [{ uid: 5 }, { mid: 9n }, { imageIndex: 1 }, { source: 1 }]) {
      expect(await partsSent(b, () => b.send(bytes, '/in.bin', more))).toHaveLength(6);
    }
    expect(await partsSent(b, () => b.send(bytes))).toEqual([4, 5, 6]);
  });
});
