import { describe, expect, it, vi } from 'vitest';
import { type Bench, bench, bytesOf, streamOf } from '../../test/bench.ts';
import { settled, watched } from '../../test/context.ts';
import { discardUpload, type Signer, type Source, sweepUploads, upload } from '../index.ts';
import type { SignerMethod } from '../testing/context.ts';
import { manualClock } from '../testing/index.ts';

const bytes = bytesOf(60);
type More = Partial<Parameters<typeof upload>[0]>;

/** Holds the store's answer to one request back, until it is told to go on. */
function held(
  b: Bench,
  at: (request: number) => boolean = (request) => request === 2,
  which: SignerMethod = 'sign',
) {
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  let requests = 0;
  let reached = false;
  b.store.faults.beforeSigner = async (method) => {
    if (method !== which) return;
    requests += 1;
    if (!at(requests)) return;
    reached = true;
    await gate;
  };
  return { go: () => go(), reached: () => vi.waitFor(() => expect(reached).toBe(true)) };
}

function meeting(more: Parameters<typeof bench>[2] = {}) {
  const b = bench({ signBatch: 1 }, [], { limits: { concurrency: 1 }, ...more });
  b.files.files.set('/in.bin', bytes);
  const stops = new Map<bigint, AbortController>();
  const send = (mid: bigint, options: More = {}) => {
    const controller = new AbortController();
    stops.set(mid, controller);
    const from = { signer: b.signer, from: '/in.bin', runtime: b.runtime, signal: controller.signal };
    return watched(upload({ ...from, mid, ...options }));
  };
  const stop = (mid: bigint): void => stops.get(mid)?.abort();
  const discard = (mid: bigint) =>
    discardUpload({ signer: b.signer, from: '/in.bin', mid, runtime: b.runtime });
  return { b, send, stop, discard };
}

const over = (all: readonly { over: boolean }[]) =>
  vi.waitFor(() => expect(all.every((each) => each.over)).toBe(true));
const puts = (b: Bench): number => b.store.requests.filter(({ kind }) => kind === 'part').length;

describe('messages that share an upload', () => {
  it('are each in the journal, and each goes on by itself after all were stopped', async () => {
    const { b, send, stop } = meeting();
    const gate = held(b, (request) => request === 3);
    const both = [send(1n), send(2n)];
    await gate.reached();
    stop(1n);
    stop(2n);
    gate.go();
    await over(both);
    expect(puts(b)).toBe(2);
    const second = send(2n);
    await over([second]);
    // Four parts in all: two were there.
    expect(puts(b)).toBe(4);
    const first = send(1n);
    await over([first]);
    expect([puts(b), b.store.objects.keys()]).toEqual([4, [second.value?.key]]);
    expect(first.value?.url).toBe(second.value?.url);
  });

  it('are each answered from the journal once it is committed, also who joined late, but not another message', async () => {
    const { b, send } = meeting();
    const gate = held(b);
    const both = [send(1n), send(2n)];
    await gate.reached();
    const late = send(3n);
    await settled();
    gate.go();
    await over([...both, late]);
    const before = b.store.requests.length;
    for (const mid of [1n, 2n, 3n]) {
      const again = send(mid);
      await over([again]);
      expect(again.value?.url).toBe(both[0]?.value?.url);
    }
    expect(b.store.requests).toHaveLength(before);
    const other = send(4n);
    await over([other]);
    expect(other.value?.url).not.toBe(both[0]?.value?.url);
  });

  it('are remembered although the first of them had no message', async () => {
    const { b, send } = meeting();
    const gate = held(b);
    const both = [send(0n), send(2n)];
    await gate.reached();
    gate.go();
    await over(both);
    const before = b.store.requests.length;
    const again = send(2n);
    await over([again]);
    expect([again.value?.url, b.store.requests.length]).toEqual([both[0]?.value?.url, before]);
  });

  it('lose nothing when one of them is discarded, at any moment', async () => {
    for (let request = 1; request <= 4; request += 1) {
      for (const [gone, stays] of [
        [1n, 2n],
        [2n, 1n],
      ] as const) {
        const { b, send, stop, discard } = meeting();
        const gate = held(b, (count) => count === request);
        const both = new Map([1n, 2n].map((mid) => [mid, send(mid)]));
        await gate.reached();
        stop(gone);
        await discard(gone);
        gate.go();
        await over([...both.values()]);
        const { key } = both.get(stays)?.value ?? {};
        expect(b.store.objects.keys()).toEqual([key]);
        expect(b.store.objects.bytes(key ?? '')).toEqual(bytes);
        const records = await b.runtime.ports.journal.list();
        expect(records.flatMap(({ waiters }) => waiters)).toHaveLength(1);
      }
    }
  });

  it('keep what the store holds as long as one of them may go on', async () => {
    const { b, send, stop, discard } = meeting();
    const gate = held(b);
    const both = [send(1n), send(2n)];
    await gate.reached();
    stop(1n);
    stop(2n);
    gate.go();
    await over(both);
    expect([await discard(1n), b.store.unfinished()]).toEqual([true, 1]);
    expect([await discard(1n), await discard(2n), b.store.unfinished()]).toEqual([false, true, 0]);
    expect(await b.runtime.ports.journal.list()).toEqual([]);
  });

  it('that is discarded before its turn is in no record later', async () => {
    const { b, send, stop, discard } = meeting({ admission: { maxTransfers: 1, smallLane: 0 } });
    const gate = held(b, (request) => request === 1);
    b.files.files.set('/other', bytesOf(20, 9));
    const first = send(9n, { from: '/other' });
    await gate.reached();
    const both = [send(1n), send(2n)];
    await settled();
    stop(1n);
    await discard(1n);
    gate.go();
    await over([first, ...both]);
    const records = await b.runtime.ports.journal.list();
    const keys = records.flatMap(({ waiters }) => waiters.map(({ key }) => key));
    expect(keys.filter((key) => key.includes('/in.bin'))).toHaveLength(1);
  });
});

describe('a message that is discarded at the very beginning of a run', () => {
  it('is in no record later', async () => {
    for (const gone of [1n, 2n]) {
      const { b, send, stop, discard } = meeting();
      const gate = held(b, () => true, 'capabilities');
      const both = [send(1n), send(2n)];
      await gate.reached();
      stop(gone);
      await discard(gone);
      gate.go();
      await over(both);
      const records = await b.runtime.ports.journal.list();
      expect(records.flatMap(({ waiters }) => waiters)).toHaveLength(1);
    }
  });
});

describe('the run that several wait for', () => {
  it('goes on when the first of them leaves before, and at, its turn', async () => {
    for (const opened of [false, true]) {
      const { b, send, stop } = meeting({ admission: { maxTransfers: 1, smallLane: 0 } });
      b.files.files.set('/other', bytesOf(20, 9));
      const gate = held(b, (request) => request === (opened ? 3 : 1));
      const other = send(9n, { from: '/other' });
      const both = [send(1n), send(2n)];
      await gate.reached();
      stop(1n);
      gate.go();
      await over([other, ...both]);
      expect(both[0]?.error).toMatchObject({ code: 'stopped' });
      expect(b.store.objects.bytes(both[1]?.value?.key ?? '')).toEqual(bytes);
    }
  });

  it('closes each source that it was given once, whoever leaves when', async () => {
    for (const leaving of [[], [1n], [2n], [1n, 2n]]) {
      const { b, send, stop } = meeting();
      const closed: string[] = [];
      const source = (name: string): Source => ({
        facts: { size: bytes.length, fingerprint: 'same', name: 'in.bin' },
        replayable: true,
        read: async (offset, buffer) => {
          if (closed.includes(name)) throw new Error(`${name} is closed`);
          buffer.set(bytes.subarray(offset, offset + buffer.length));
          return Math.min(buffer.length, bytes.length - offset);
        },
        unchanged: async () => true,
        close: async () => void closed.push(name),
      });
      const both = [send(1n, { from: source('a') }), send(2n, { from: source('b') })];
      for (const mid of leaving) stop(mid);
      await over(both);
      expect(closed.sort()).toEqual(['a', 'b']);
      expect(b.store.objects.keys()).toHaveLength(leaving.length === 2 ? 0 : 1);
    }
  });

  it('is not shared by streams, other names, other types, or other files under one name', async () => {
    const { b, send } = meeting();
    const gate = held(b, () => true);
    const all = [
      send(0n),
      send(0n, { name: 'other name' }),
      send(0n, { contentType: 'text/plain' }),
      send(0n, { from: streamOf(bytes) }),
      send(0n, { from: streamOf(bytes) }),
    ];
    await settled();
    gate.go();
    await over(all);
    expect(new Set(all.map(({ value }) => value?.key)).size).toBe(5);
    expect(all.map(({ value }) => value?.contentType)[2]).toBe('text/plain');
  });
});

describe('a second store', () => {
  it('is sent the same file of the same message, and a second signer of one store is not', async () => {
    const { b, send } = meeting();
    const prefixed = b.store.signer({ partSize: 16, prefix: 'other' });
    const same = b.store.signer({ partSize: 16 });
    const elsewhere = bench().store.signer({ partSize: 16 });
    const first = send(1n);
    await over([first]);
    const again = send(1n, { signer: same });
    const other = send(1n, { signer: prefixed });
    await over([again, other]);
    expect(again.value?.url).toBe(first.value?.url);
    expect(other.value?.key).toMatch(/^other\//);
    expect(b.store.objects.keys()).toHaveLength(2);
    expect(elsewhere.store).not.toBe(same.store);
    expect(same.store).toBe(b.signer.store);
  });

  it('that has no name is every signer object by itself', async () => {
    const { b, send } = meeting();
    const { store: _, ...unnamed } = b.signer;
    const [first, second] = [send(1n, { signer: unnamed }), send(1n, { signer: { ...unnamed } })];
    await over([first, second]);
    expect(first.value?.url).not.toBe(second.value?.url);
    const again = send(1n, { signer: unnamed });
    await over([again]);
    expect(again.value?.url).toBe(first.value?.url);
  });
});

describe('a sweep', () => {
  const DAY = 24 * 3_600_000;

  it('touches and counts neither another signer’s uploads nor a running one, however old', async () => {
    const clock = manualClock();
    const b = bench(
      { signBatch: 1, keptFor: 99 * DAY },
      [],
      { ports: { clock }, limits: { concurrency: 1 } },
      { clock },
    );
    b.files.files.set('/in.bin', bytes);
    const other = b.store.signer({ partSize: 16, signBatch: 1, prefix: 'other', keptFor: 99 * DAY });
    const gate = held(b, (request) => request === 2 || request === 4);
    const stop = new AbortController();
    const common = { from: '/in.bin', runtime: b.runtime };
    const left = watched(upload({ ...common, signer: other, mid: 1n, signal: stop.signal }));
    await gate.reached();
    stop.abort();
    const running = watched(upload({ ...common, signer: b.signer, mid: 2n }));
    await vi.waitFor(() => expect(b.store.unfinished()).toBe(2));
    await clock.advance(5 * DAY);
    // A signer with no prefix owns all that the store lists, but the record says whose upload it is.
    const own = { signer: b.signer, runtime: b.runtime };
    expect(await sweepUploads(own)).toBe(0);
    expect(b.store.unfinished()).toBe(2);
    expect(await sweepUploads({ signer: other, runtime: b.runtime })).toBe(1);
    gate.go();
    await over([left, running]);
    expect(b.store.objects.bytes(running.value?.key ?? '')).toEqual(bytes);
  });

  it('knows what runs here also where the store lists it under another ticket', async () => {
    const clock = manualClock();
    const b = bench(
      { signBatch: 1, keptFor: 99 * DAY },
      [],
      { ports: { clock }, limits: { concurrency: 1 } },
      { clock },
    );
    b.files.files.set('/in.bin', bytes);
    const own = (ticket: string): string => ticket.replace(/^listed /, '');
    const signer: Signer = {
      ...b.signer,
      keyOfTicket: (ticket) => b.signer.keyOfTicket?.(own(ticket)) ?? null,
      discard: (ticket, call) => b.signer.discard(own(ticket), call),
      async *unfinished(olderThan, call) {
        for await (const one of b.signer.unfinished(olderThan, call)) {
          yield { ...one, ticket: `listed ${one.ticket}` };
        }
      },
    };
    const gate = held(b);
    const running = watched(upload({ from: '/in.bin', runtime: b.runtime, signer, mid: 2n }));
    await gate.reached();
    await clock.advance(5 * DAY);
    expect(await sweepUploads({ signer, runtime: b.runtime })).toBe(0);
    expect(b.store.unfinished()).toBe(1);
    gate.go();
    await over([running]);
    expect(running.value?.size).toBe(60);
  });

  it('judges an upload of another device by what the store heard of it last', async () => {
    const clock = manualClock();
    const b = bench(
      { signBatch: 1, keptFor: 99 * DAY },
      [],
      { ports: { clock }, limits: { concurrency: 1 } },
      { clock },
    );
    const elsewhere = bench({}, [], { ports: { clock } });
    b.files.files.set('/in.bin', bytes);
    const first = held(b, (request) => request === 1);
    const running = watched(upload({ from: '/in.bin', runtime: b.runtime, signer: b.signer, mid: 2n }));
    await first.reached();
    await clock.advance(DAY / 2);
    const gate = held(b, (request) => request === 1);
    first.go();
    await gate.reached();
    const sweep = () => sweepUploads({ signer: b.signer, runtime: elsewhere.runtime });
    expect(await sweep()).toBe(0);
    await clock.advance(DAY);
    expect(await sweep()).toBe(0);
    await clock.advance(1);
    expect(await sweep()).toBe(1);
    gate.go();
    await over([running]);
    expect(b.store.objects.bytes(running.value?.key ?? '')).toEqual(bytes);
  });
});
