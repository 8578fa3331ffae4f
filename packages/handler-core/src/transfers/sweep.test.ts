import { describe, expect, it } from 'vitest';
import { bench, bytesOf, fastClock, stopAt } from '../../test/bench.ts';
import { sweepUploads } from '../index.ts';
import type { JournalRecord } from '../ports/journal.ts';
import { manualClock } from '../testing/index.ts';

const DAY = 24 * 3_600_000;
const bytes = bytesOf(60);

it('removes what is older than a day, from the journal and from the store, and leaves the rest', async () => {
  const clock = manualClock();
  const device = { ...fastClock, now: clock.now };
  const limits = { concurrency: 1 };
  const b = bench({ keptFor: 10 * DAY }, [], { ports: { clock: device }, limits }, { clock });
  const stopped = async (path: string): Promise<void> => {
    const signal = stopAt(b, 'part', 2);
    await b.send(bytes.slice(), path, { signal, mid: 4n }).catch(() => undefined);
    b.store.faults.delay = undefined;
  };
  await stopped('/old');
  const done = await b.send(bytes.slice(), '/done', { mid: 5n });
  await stopped('/nobody knows');
  const [, , unknown] = await b.runtime.ports.journal.list();
  await b.runtime.ports.journal.change(unknown?.transferId ?? '', () => null);
  await clock.advance(DAY);
  await stopped('/young');
  const sweep = () => sweepUploads({ signer: b.signer, runtime: b.runtime });
  expect(await sweep()).toBe(0);
  await clock.advance(1);
  expect(await sweep()).toBe(2);
  expect(await sweep()).toBe(0);
  expect([b.store.unfinished(), b.store.objects.keys()]).toEqual([1, [done.key]]);
  expect(await b.runtime.ports.journal.list()).toHaveLength(1);
});

describe.each(['single', 'parts', 'session'] as const)('what was committed in the shape %s', (shape) => {
  /** An upload whose success was reported, and whose journal lost the last note, as a loss of power can do. */
  async function forgotten() {
    const clock = manualClock();
    const device = { ...fastClock, now: clock.now };
    const b = bench({ shape, keptFor: 10 * DAY }, [], { ports: { clock: device } }, { clock });
    const { journal } = b.runtime.ports;
    const { change } = journal;
    let before: JournalRecord | null = null;
    journal.change = async (transferId, changing) => {
      const record = await change(transferId, changing);
      if (record?.state === 'open' && record.committing) before = record;
      return record;
    };
    const done = await b.send(bytes.slice(), '/a', { mid: 4n });
    const noted = before as JournalRecord | null;
    await change(noted?.transferId ?? '', () => noted);
    return { b, clock, done };
  }

  it('stays when a sweep finds it too old', async () => {
    const { b, clock, done } = await forgotten();
    await clock.advance(2 * DAY);
    expect(await sweepUploads({ signer: b.signer, runtime: b.runtime })).toBe(0);
    expect(b.store.objects.keys()).toEqual([done.key]);
    expect(await b.runtime.ports.journal.list()).toEqual([]);
  });

  it('stays when another version of the file is sent in its place', async () => {
    const { b, done } = await forgotten();
    const again = await b.send(bytesOf(61), '/a', { mid: 4n });
    expect(b.store.objects.keys()).toEqual([done.key, again.key]);
  });
});
