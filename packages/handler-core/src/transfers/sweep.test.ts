import { describe, expect, it } from 'vitest';
import { type Bench, bench, bytesOf, fastClock, stopAt, streamOf } from '../../test/bench.ts';
import { settled } from '../../test/context.ts';
import { createRuntime, memoryJournal, type Source, type StoredObject, sweepUploads } from '../index.ts';
import type { JournalRecord } from '../ports/journal.ts';
import { manualClock, type SignerMethod } from '../testing/index.ts';

const DAY = 24 * 3_600_000;
const bytes = bytesOf(60);
type Shape = 'single' | 'parts' | 'session';

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

it('forgets no message that was stored within a day, however little it is to leave', async () => {
  const clock = manualClock();
  const device = { ...fastClock, now: clock.now };
  const b = bench({}, [], { ports: { clock: device } }, { clock });
  const done = await b.send(bytes, '/a', { mid: 4n });
  const sweep = () => sweepUploads({ signer: b.signer, runtime: b.runtime, olderThan: 0 });
  await clock.advance(DAY - 1);
  expect(await sweep()).toBe(0);
  expect((await b.send(bytes, '/a', { mid: 4n })).key).toBe(done.key);
  await clock.advance(2);
  expect(await sweep()).toBe(0);
  expect(await b.runtime.ports.journal.list()).toEqual([]);
});

describe('an upload that goes on while it is swept', () => {
  const HOUR = 3_600_000;

  /** Holds back the store's first answer to each of these methods, until it is told. */
  function holding(b: Bench, ...methods: readonly SignerMethod[]): (method: SignerMethod) => void {
    const held = new Map<SignerMethod, { readonly released: Promise<void>; readonly release: () => void }>();
    for (const method of methods) {
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      held.set(method, { released, release });
    }
    const answered = new Set<SignerMethod>();
    b.store.faults.afterSigner = (method) => {
      if (answered.has(method)) return;
      answered.add(method);
      return held.get(method)?.released;
    };
    return (method) => held.get(method)?.release();
  }

  it('is left alone when it was begun a moment before', async () => {
    const clock = manualClock();
    const device = { ...fastClock, now: clock.now };
    const b = bench({}, [], { ports: { clock: device } }, { clock });
    const release = holding(b, 'begin', 'unfinished', 'commit');
    const calls: SignerMethod[] = [];
    b.store.faults.beforeSigner = (method) => void calls.push(method);
    const sending = b.send(bytes, '/a', { mid: 4n });
    await settled();
    await clock.advance(1);
    const sweeping = sweepUploads({ signer: b.signer, runtime: b.runtime, olderThan: 0 });
    await settled();
    release('begin');
    await settled();
    release('unfinished');
    expect(await sweeping).toBe(0);
    release('commit');
    expect(b.store.objects.keys()).toEqual([(await sending).key]);
    expect(calls.filter((method) => method === 'begin')).toHaveLength(1);
  });

  it.each(['the sweep asks the store first', 'the start asks the store first'])(
    'is left alone: %s',
    async (first) => {
      const clock = manualClock();
      const device = { ...fastClock, now: clock.now };
      const limits = { concurrency: 1 };
      const b = bench({ keptFor: 10 * DAY }, [], { ports: { clock: device }, limits }, { clock });
      const stopped = b.send(bytes, '/a', { mid: 4n, signal: stopAt(b, 'part', 3) });
      await expect(stopped).rejects.toMatchObject({ code: 'stopped' });
      b.store.faults.delay = undefined;
      await clock.advance(2 * HOUR);
      const release = holding(b, 'resume', 'commit');
      const sweep = () => sweepUploads({ signer: b.signer, runtime: b.runtime, olderThan: HOUR });
      const start = () => b.send(bytes, '/a', { mid: 4n });
      const before = b.store.requests.length;
      const early = first.startsWith('the sweep') ? sweep() : start();
      await settled();
      const late = first.startsWith('the sweep') ? start() : sweep();
      await settled();
      release('resume');
      const swept = first.startsWith('the sweep') ? early : late;
      expect(await swept).toBe(0);
      release('commit');
      const sent = await (first.startsWith('the sweep') ? late : early);
      expect(b.store.objects.keys()).toEqual([(sent as StoredObject).key]);
      expect(b.store.requests.slice(before).filter(({ kind }) => kind === 'part')).toHaveLength(2);
    },
  );
});

/** Which notes of an upload were lost: by a loss of power the last, on a full disk all after the answer to `begin`. */
const LOST: readonly (readonly [string, (record: JournalRecord) => boolean])[] = [
  ['the note that it is stored', (record) => record.state === 'open' && record.committing],
  ['every note since it began', (record) => record.state === 'open' && !record.committing],
];

/** An upload whose success was reported, and whose journal stands where its last note that was not lost left it. */
async function forgotten(shape: Shape, isLast: (record: JournalRecord) => boolean, from?: Source) {
  const clock = manualClock();
  const device = { ...fastClock, now: clock.now };
  const b = bench({ shape, keptFor: 10 * DAY }, [], { ports: { clock: device } }, { clock });
  const { journal } = b.runtime.ports;
  const { change } = journal;
  let before: JournalRecord | null = null;
  journal.change = async (transferId, changing) => {
    const record = await change(transferId, changing);
    if (record !== null && isLast(record)) before = record;
    return record;
  };
  const done = await b.send(bytes.slice(), '/a', { mid: 4n, ...(from === undefined ? {} : { from }) });
  journal.change = change;
  const noted = before as JournalRecord | null;
  await change(noted?.transferId ?? '', () => noted);
  expect(await journal.list()).toHaveLength(1);
  return { b, clock, done };
}

const everyLoss = <S extends Shape>(shapes: readonly S[]) =>
  shapes.flatMap((shape) => LOST.map(([what, isLast]) => [shape, what, isLast] as const));

describe.each(everyLoss(['single', 'parts', 'session']))(
  'what was committed in the shape %s, when the journal lost %s',
  (shape, _, isLast) => {
    it('stays when a sweep finds it too old', async () => {
      const { b, clock, done } = await forgotten(shape, isLast);
      await clock.advance(2 * DAY);
      expect(await sweepUploads({ signer: b.signer, runtime: b.runtime })).toBe(0);
      expect(b.store.objects.keys()).toEqual([done.key]);
      expect(await b.runtime.ports.journal.list()).toEqual([]);
    });

    it('stays when another version of the file is sent in its place', async () => {
      const { b, done } = await forgotten(shape, isLast);
      const again = await b.send(bytesOf(61), '/a', { mid: 4n });
      expect(b.store.objects.keys()).toEqual([done.key, again.key]);
    });
  },
);

describe.each(everyLoss(['parts', 'session']))(
  'a stream that was committed in the shape %s, when the journal lost %s',
  (shape, _, isLast) => {
    it('stays when a sweep finds that nobody waits for it', async () => {
      const { b, done } = await forgotten(shape, isLast, streamOf(bytes));
      expect(await sweepUploads({ signer: b.signer, runtime: b.runtime })).toBe(0);
      expect(b.store.objects.keys()).toEqual([done.key]);
      expect(await b.runtime.ports.journal.list()).toEqual([]);
    });

    it('stays when the next start finishes what was left to clean up', async () => {
      const { b, done } = await forgotten(shape, isLast, streamOf(bytes));
      const { ports } = b.runtime;
      const [record] = await ports.journal.list();
      const restarted = createRuntime({
        ports: { ...ports, journal: memoryJournal() },
        limits: b.runtime.limits,
      });
      const { journal } = restarted.ports;
      await journal.change(record?.transferId ?? '', () => record ?? null);
      const next = await b.send(bytesOf(61), '/b', { runtime: restarted });
      await settled();
      expect(b.store.objects.keys()).toEqual([done.key, next.key]);
      expect(await journal.list()).toEqual([]);
    });
  },
);
