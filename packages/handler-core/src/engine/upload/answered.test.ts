import { describe, expect, it } from 'vitest';
import { bench, bytesOf, fastClock, requestsOf } from '../../../test/bench.ts';
import { memoryJournal, TransferError } from '../../index.ts';
import type { Journal, JournalRecord } from '../../ports/journal.ts';

const bytes = bytesOf(50);
const mid = 77n;

describe('an upload that was committed before its app died', () => {
  it('is answered from the journal, with no request and no call to the signer', async () => {
    const b = bench();
    const first = await b.send(bytes, '/in.bin', { mid });
    const calls: string[] = [];
    b.store.faults.beforeSigner = (method) => void calls.push(method);
    const seen: number[] = [];
    const requests = await requestsOf(b, async () => {
      const onProgress = ({ percent }: { percent: number }) => seen.push(percent);
      expect(await b.send(bytes, '/in.bin', { mid, onProgress })).toEqual(first);
    });
    expect([requests, calls, seen]).toEqual([[], [], [100]]);
  });

  it('is uploaded anew when the record is older than a day, by the clock of the device', async () => {
    let now = Date.now();
    const b = bench({}, [], { ports: { clock: { ...fastClock, now: () => now } } });
    const first = await b.send(bytes, '/in.bin', { mid });
    now += 24 * 3_600_000;
    expect((await b.send(bytes, '/in.bin', { mid })).url).toBe(first.url);
    now += 1;
    expect((await b.send(bytes, '/in.bin', { mid })).url).not.toBe(first.url);
  });

  it('is uploaded anew when the file is another', async () => {
    const b = bench();
    const first = await b.send(bytes, '/in.bin', { mid });
    const other = bytesOf(50, 8);
    const second = await b.send(other, '/in.bin', { mid });
    expect(b.store.objects.bytes(second.key)).toEqual(other);
    expect(b.store.objects.bytes(first.key)).toEqual(bytes);
  });

  it('is never remembered when it has no message, whatever becomes of those who wait for it', async () => {
    const inner = memoryJournal();
    const noted: (JournalRecord['state'] | undefined)[] = [];
    const journal: Journal = {
      ...inner,
      change: async (id, change) => {
        const changed = await inner.change(id, change);
        noted.push(changed?.state);
        return changed;
      },
    };
    const b = bench({}, [], { ports: { journal } });
    const first = await b.send(bytes);
    expect(noted).not.toContain('stored');
    expect(await inner.list()).toEqual([]);
    expect((await b.send(bytes)).url).not.toBe(first.url);
  });

  it.each([0n, mid])('is found at the store when the journal was not told (mid %i)', async (mid) => {
    const b = bench();
    let crashed = false;
    b.store.faults.afterSigner = (method) => {
      if (method !== 'commit' || crashed) return;
      crashed = true;
      throw new TransferError('internal', 'the process died');
    };
    await expect(b.send(bytes, '/in.bin', { mid })).rejects.toMatchObject({ code: 'internal' });
    const [key] = b.store.objects.keys();
    const requests = await requestsOf(b, async () => {
      expect((await b.send(bytes, '/in.bin', { mid })).key).toBe(key);
    });
    expect(requests).toEqual([]);
    expect(await b.runtime.ports.journal.list()).toHaveLength(mid === 0n ? 0 : 1);
  });
});
