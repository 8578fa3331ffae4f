import { describe, expect, it } from 'vitest';
import { type Bench, bench, bytesOf, requestsOf, stopAt } from '../../../test/bench.ts';
import { type DialectName, manualClock } from '../../testing/index.ts';

const bytes = bytesOf(16 * 6 - 3);

describe.each<DialectName>(['content-range', 'upload-offset'])('a session that speaks %s', (dialect) => {
  async function stopped(clock = manualClock()): Promise<Bench> {
    const b = bench({ shape: 'session', dialect }, [], {}, { clock });
    await expect(b.send(bytes, '/in.bin', { signal: stopAt(b, 'session', 4) })).rejects.toMatchObject({
      code: 'stopped',
    });
    b.store.faults.delay = undefined;
    return b;
  }

  const sentBy = async (b: Bench, sent = bytes): Promise<number> => {
    const requests = await requestsOf(b, () => b.send(sent));
    return requests.reduce((sum, { size }) => sum + size, 0);
  };

  it('sends only what the store does not hold', async () => {
    const b = await stopped();
    expect(await sentBy(b)).toBe(bytes.length - 48);
    expect(b.events.filter(({ type }) => type === 'resumed')).toMatchObject([{ bytes: 48 }]);
    expect(b.store.objects.bytes(b.store.objects.keys()[0] ?? '')).toEqual(bytes);
    expect(b.store.unfinished()).toBe(0);
  });

  it('is begun anew for another file, and for a store that forgot it', async () => {
    const b = await stopped();
    expect(await sentBy(b, bytesOf(bytes.length, 9))).toBe(bytes.length);
    expect(b.store.unfinished()).toBe(0);
    const clock = manualClock();
    const late = await stopped(clock);
    await clock.advance(25 * 3_600_000);
    expect(await sentBy(late)).toBe(bytes.length);
  });

  it('is not continued when the bytes are not those that were noted', async () => {
    const b = await stopped();
    const [record] = await b.runtime.ports.journal.list();
    if (record === undefined) throw new Error('nothing is journaled');
    const slices = record.slices.map((slice) => ({ ...slice, digests: { crc32: 'AAAAAA==' } }));
    await b.runtime.ports.journal.change(record.transferId, () => ({ ...record, slices }));
    await expect(b.send(bytes)).rejects.toMatchObject({ code: 'file-changed' });
    expect(b.store.unfinished()).toBe(0);
    expect(await b.runtime.ports.journal.list()).toEqual([]);
    expect(await sentBy(b)).toBe(bytes.length);
  });

  it('hashes what was sent before, so that the digest of the whole is right', async () => {
    const b = await stopped();
    const object = await b.send(bytes);
    const fresh = await bench({ shape: 'session', dialect }).send(bytes);
    expect(object.integrity).toEqual(fresh.integrity);
    expect(object.integrity).toMatchObject({ kind: 'whole' });
  });
});
