import { describe, expect, it, vi } from 'vitest';
import { type Bench, bench, bytesOf, fastClock, requestsOf, stopAt } from '../../../test/bench.ts';
import { settled } from '../../../test/context.ts';
import {
  createRuntime,
  discardUpload,
  type Journal,
  memoryJournal,
  sweepUploads,
  TransferError,
  upload,
} from '../../index.ts';
import type { MemorySignerOptions, SignerMethod } from '../../testing/index.ts';
import { isUnderWay } from './journaled.ts';

const bytes = bytesOf(16 * 6 - 3);
const slow = { limits: { concurrency: 1 } };
const shapes: readonly (readonly [string, MemorySignerOptions, 'object' | 'part' | 'session'])[] = [
  ['single', { shape: 'single' }, 'object'],
  ['parts', {}, 'part'],
  ['session', { shape: 'session' }, 'session'],
];

/** A journal whose calls fail, each one for which `fails` says so; they are counted from 1. */
function failing(fails: (call: number) => boolean): Journal & { readonly calls: () => number } {
  const inner = memoryJournal();
  let calls = 0;
  const use = async <T>(work: () => Promise<T>): Promise<T> => {
    calls += 1;
    if (fails(calls)) throw new TransferError('disk-full', 'no space is left');
    return work();
  };
  return {
    calls: () => calls,
    get: (key) => use(() => inner.get(key)),
    change: (id, change) => use(() => inner.change(id, change)),
    note: (id, slice, at) => use(() => inner.note(id, slice, at)),
    list: () => use(() => inner.list()),
  };
}

const records = (b: Bench) => b.runtime.ports.journal.list();
const states = async (b: Bench): Promise<string[]> => (await records(b)).map(({ state }) => state);

describe.each(shapes)('%s: a journal that fails', (_, options) => {
  it('never fails the upload, whichever call it is, and is told of once', async () => {
    const counted = failing(() => false);
    await bench(options, [], { ports: { journal: counted } }).send(bytes, '/in.bin', { mid: 5n });
    for (let from = 1; from <= counted.calls(); from += 1) {
      for (const fails of [(call: number) => call === from, (call: number) => call >= from]) {
        const b = bench(options, [], { ports: { journal: failing(fails) } });
        const object = await b.send(bytes, '/in.bin', { mid: 5n });
        expect(b.store.objects.bytes(object.key)).toEqual(bytes);
        const told = b.events.filter(({ type }) => type === 'journal-failed');
        expect(told.length).toBeLessThanOrEqual(1);
        expect(b.events.at(-1)?.type).toBe('finished');
      }
    }
    const all = bench(options, [], { ports: { journal: failing(() => true) } });
    await all.send(bytes);
    expect(all.events).toContainEqual(
      expect.objectContaining({
        type: 'journal-failed',
        error: expect.objectContaining({ code: 'disk-full' }),
      }),
    );
  });
});

describe.each(shapes)('%s: what the journal says', (_, options, kind) => {
  it('is there before it happens: the begin, the bytes, the commit', async () => {
    const b = bench(options);
    const seen: string[] = [];
    b.store.faults.beforeSigner = async (method) => {
      const [record] = await records(b);
      if (method === 'begin') seen.push(`begin ${record?.state} ${record?.transferId.length}`);
      if (method === 'commit' && record?.state === 'open') seen.push(`commit ${record.committing}`);
    };
    const unnoted: unknown[] = [];
    b.store.faults.delay = () => {
      void records(b).then(([record]) => {
        if (record === undefined || record.slices.length < b.store.requests.length) unnoted.push(record);
      });
      return 0;
    };
    await b.send(bytes);
    expect(seen).toEqual(['begin asked 32', 'commit true']);
    expect(unnoted).toEqual([]);
    expect(await records(b)).toEqual([]);
  });

  it('covers a begin that answers after the stop: the next start goes on with it', async () => {
    const b = bench(options);
    const stop = new AbortController();
    let answer: () => void = () => undefined;
    b.store.faults.afterSigner = (method) => {
      if (method !== 'begin') return;
      b.store.faults.afterSigner = undefined;
      stop.abort();
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    await expect(b.send(bytes, '/in.bin', { signal: stop.signal })).rejects.toMatchObject({
      code: 'stopped',
    });
    expect(await states(b)).toEqual(['asked']);
    answer();
    await vi.waitFor(async () => expect(await states(b)).toEqual(['open']));
    const calls: SignerMethod[] = [];
    b.store.faults.beforeSigner = (method) => void calls.push(method);
    const object = await b.send(bytes);
    expect(calls).not.toContain('begin');
    expect(b.store.objects.bytes(object.key)).toEqual(bytes);
    expect([b.store.unfinished(), await states(b)]).toEqual([0, []]);
  });

  it('lets a begin that answers after a new start, or after the upload was given up, be cleaned up', async () => {
    for (const then of ['start', 'discard']) {
      const b = bench(options);
      const stop = new AbortController();
      let answer: () => void = () => undefined;
      b.store.faults.afterSigner = (method) => {
        if (method !== 'begin') return;
        b.store.faults.afterSigner = undefined;
        stop.abort();
        return new Promise((resolve) => {
          answer = resolve;
        });
      };
      await b.send(bytes, '/in.bin', { signal: stop.signal }).catch(() => undefined);
      if (then === 'start') await b.send(bytes);
      else expect(await discardUpload({ signer: b.signer, runtime: b.runtime, from: '/in.bin' })).toBe(true);
      answer();
      await vi.waitFor(async () => expect([b.store.unfinished(), await states(b)]).toEqual([0, []]));
      expect(b.store.objects.keys()).toHaveLength(then === 'start' ? 1 : 0);
    }
  });

  it('answers each message of a joined upload, after a stop and after the commit', async () => {
    const b = bench(options, [], slow);
    const send = (mid: bigint, signal?: AbortSignal) =>
      upload({ signer: b.signer, runtime: b.runtime, from: '/in.bin', mid, ...(signal && { signal }) });
    b.files.files.set('/in.bin', bytes);
    const signal = stopAt(b, kind, kind === 'object' ? 1 : 3);
    await Promise.allSettled([send(1n, signal), send(2n, signal), send(3n, signal)]);
    b.store.faults.delay = undefined;
    expect((await records(b)).map(({ waiters }) => waiters.length)).toEqual([3]);
    const requests = await requestsOf(b, async () => {
      const second = await send(2n);
      expect((await send(1n)).url).toBe(second.url);
      expect((await send(3n)).url).toBe(second.url);
    });
    expect(b.store.objects.keys()).toHaveLength(1);
    expect([b.store.unfinished(), await states(b)]).toEqual([0, ['stored']]);
    if (kind === 'part') expect(requests.map(({ part }) => part)).toEqual([3, 4, 5, 6]);
    if (kind === 'session') expect(requests.reduce((sum, { size }) => sum + size, 0)).toBe(bytes.length - 32);
  });

  it('keeps what the store holds until the last who waits for it gives it up', async () => {
    const b = bench(options, [], slow);
    b.files.files.set('/in.bin', bytes);
    const common = { signer: b.signer, runtime: b.runtime, from: '/in.bin' };
    const signal = stopAt(b, kind, kind === 'object' ? 1 : 3);
    await Promise.allSettled([1n, 2n].map((mid) => upload({ ...common, mid, signal })));
    b.store.faults.delay = undefined;
    const calls: SignerMethod[] = [];
    b.store.faults.beforeSigner = (method) => void calls.push(method);
    expect(await discardUpload({ ...common, mid: 1n })).toBe(true);
    expect(await discardUpload({ ...common, mid: 1n })).toBe(false);
    expect(calls).toEqual([]);
    expect(await discardUpload({ ...common, mid: 2n })).toBe(true);
    expect(calls).toEqual(['discard']);
    expect([b.store.unfinished(), await states(b)]).toEqual([0, []]);
  });

  it.each(['next start', 'sweep', 'restart'])(
    'has a clean-up that the store did not confirm done by the %s',
    async (by) => {
      const journal = memoryJournal();
      const b = bench(options, [], { ...slow, ports: { journal } });
      const signal = stopAt(b, kind, kind === 'object' ? 1 : 3);
      await b.send(bytes, '/in.bin', { signal, mid: 4n }).catch(() => undefined);
      b.store.faults.delay = undefined;
      let asked = 0;
      b.store.faults.beforeSigner = (method) => {
        if (method !== 'discard') return;
        asked += 1;
        throw new TransferError('network', 'the answer was lost');
      };
      await discardUpload({ signer: b.signer, runtime: b.runtime, from: '/in.bin', mid: 4n });
      const [given] = await records(b);
      await vi.waitFor(() => expect(isUnderWay(journal, given?.transferId ?? '')).toBe(false));
      expect(asked).toBeGreaterThan(0);
      expect(await states(b)).toEqual(['given-up']);
      b.store.faults.beforeSigner = undefined;
      if (by === 'sweep') {
        await vi.waitFor(async () => {
          await sweepUploads({ signer: b.signer, runtime: b.runtime });
          expect(await states(b)).toEqual([]);
        });
      } else if (by === 'next start') await b.send(bytes, '/in.bin', { mid: 4n });
      else {
        const next = createRuntime({ ports: { ...b.runtime.ports, journal: { ...journal } } });
        await upload({ signer: b.signer, runtime: next, from: '/in.bin', mid: 9n });
      }
      if (by !== 'next start') {
        await vi.waitFor(async () =>
          expect([b.store.unfinished(), await states(b)]).toEqual([0, by === 'restart' ? ['stored'] : []]),
        );
      }
    },
  );

  it('has the object removed that a commit made whose answer was lost', async () => {
    const b = bench(options);
    const stop = new AbortController();
    b.store.faults.afterSigner = (method) => {
      if (method !== 'commit') return;
      stop.abort();
      throw new TransferError('network', 'the answer was lost');
    };
    const common = { mid: 4n, signal: stop.signal };
    await expect(b.send(bytes, '/in.bin', common)).rejects.toMatchObject({ code: 'stopped' });
    b.store.faults.afterSigner = undefined;
    expect(b.store.objects.keys()).toHaveLength(1);
    const given = { signer: b.signer, runtime: b.runtime, from: '/in.bin', mid: 4n };
    expect(await discardUpload(given)).toBe(true);
    expect([b.store.objects.keys(), b.store.unfinished(), await states(b)]).toEqual([[], 0, []]);
  });

  it('does not hold a transfer up whose store hangs on the clean-up', async () => {
    const b = bench(options, [], slow);
    b.store.faults.delay = () => {
      b.files.files.set('/in.bin', bytesOf(bytes.length, 9));
      return 0;
    };
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    b.store.faults.beforeSigner = (method) => (method === 'discard' ? gate : undefined);
    await expect(b.send(bytes)).rejects.toMatchObject({ code: 'file-changed' });
    expect(await states(b)).toEqual(['given-up']);
    go();
    await vi.waitFor(async () => expect([b.store.unfinished(), await states(b)]).toEqual([0, []]));
  });
});

it('a record that a crash left with nobody to continue it is cleaned up at the next start', async () => {
  const journal = memoryJournal();
  const b = bench({}, [], { ...slow, ports: { journal } });
  await b.send(bytes, '/in.bin', { signal: stopAt(b, 'part', 3) }).catch(() => undefined);
  b.store.faults.delay = undefined;
  const [record] = await records(b);
  await journal.change(record?.transferId ?? '', (found) => found && { ...found, waiters: [] });
  // Another process, as far as the engine can see.
  const next = createRuntime({ ports: { ...b.runtime.ports, journal: { ...journal } } });
  await upload({ signer: b.signer, runtime: next, from: '/in.bin' });
  await vi.waitFor(async () => expect([b.store.unfinished(), await states(b)]).toEqual([0, []]));
});

it('an upload of the same message with another file does not take the running one away', async () => {
  const b = bench({}, [], slow);
  let second: Promise<unknown> | null = null;
  b.store.faults.delay = () => {
    if (b.store.requests.length === 3) {
      b.store.faults.delay = undefined;
      second = b.send(bytesOf(40), '/in.bin', { mid: 4n });
    }
    return 0;
  };
  const first = b.send(bytes, '/in.bin', { mid: 4n });
  await expect(first).rejects.toMatchObject({ code: 'file-changed' });
  await expect(second).resolves.toMatchObject({ size: 40 });
  await settled();
  expect([b.store.unfinished(), b.store.objects.keys().length, await states(b)]).toEqual([0, 1, ['stored']]);
});

it('a begin that nobody got an answer to is forgotten after a day', async () => {
  let now = Date.now();
  const journal = memoryJournal();
  const b = bench({}, [], { ports: { journal, clock: { ...fastClock, now: () => now } } });
  b.store.faults.beforeSigner = (method) => {
    if (method === 'begin') throw new TransferError('network', 'no answer');
  };
  await b.send(bytes, '/in.bin', { signal: AbortSignal.timeout(20) }).catch(() => undefined);
  b.store.faults.beforeSigner = undefined;
  await b.send(bytes);
  expect(await states(b)).toEqual(['asked']);
  now += 24 * 3_600_000 + 1;
  const next = createRuntime({ ports: { ...b.runtime.ports, journal: { ...journal } } });
  await upload({ signer: b.signer, runtime: next, from: '/in.bin' });
  await vi.waitFor(async () => expect(await states(b)).toEqual([]));
});
