import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench, bytesOf, streamOf } from '../../test/bench.ts';
import { settled } from '../../test/context.ts';
import { download, upload } from '../index.ts';
import { systemClock } from '../ports/system.ts';
import type { MemorySignerOptions } from '../testing/index.ts';

const bytes = bytesOf(40);
const unheard: unknown[] = [];
const hear = (reason: unknown): void => void unheard.push(reason);
beforeEach(() => {
  unheard.length = 0;
  process.on('unhandledRejection', hear);
});
afterEach(() => {
  process.off('unhandledRejection', hear);
});

type Start = (b: Bench, signal: AbortSignal) => Promise<unknown>;
const sending: Start = (b, signal) => b.send(bytes, '/in.bin', { signal, mid: 5n });

/** Every first signature is too old for the store. */
const slow = { ...systemClock, now: () => Date.now() - 24 * 3_600_000 };

const shapes: readonly (readonly [string, MemorySignerOptions])[] = [
  ['one request', { shape: 'single' }],
  ['a small file', { singleUpTo: 50 }],
  ['parts', {}],
  ['parts, signed one by one', { signBatch: 1 }],
  ['a session', { shape: 'session' }],
  ['parts, signed by a wrong clock', { clock: slow, signBatch: 1 }],
];

/** Stops a run after so many microtasks, for every number there is. Answers how many there were. */
async function stopEverywhere(make: () => Promise<{ b: Bench; start: Start }>): Promise<number> {
  for (let microtasks = 0; ; microtasks += 1) {
    const { b, start } = await make();
    const stop = new AbortController();
    let over = false;
    const end = (): void => {
      over = true;
    };
    const running = start(b, stop.signal).then(end, end);
    for (let count = 0; count < microtasks && !over; count += 1) {
      await Promise.resolve();
      // All is in memory; only pauses need a turn of the loop.
      if (count % 2000 === 1999) await settled();
    }
    const late = over;
    stop.abort();
    await running;
    await settled();
    expect([microtasks, unheard]).toEqual([microtasks, []]);
    if (late) return microtasks;
  }
}

describe('a stop after any number of microtasks leaves no promise that nobody listens to', () => {
  it.each(shapes)('of an upload in %s', async (_, options) => {
    const microtasks = await stopEverywhere(async () => {
      const b = bench(options);
      return { b, start: sending };
    });
    expect(microtasks).toBeGreaterThan(50);
  });

  it('of one of two uploads that are one, and of both', async () => {
    for (const both of [false, true]) {
      await stopEverywhere(async () => {
        const b = bench();
        const start: Start = async (_, signal) => {
          const one = sending(b, signal).catch(() => undefined);
          b.files.files.set('/in.bin', bytes);
          const from = { signer: b.signer, from: '/in.bin', runtime: b.runtime };
          const other = upload({ ...from, ...(both ? { signal } : {}) }).catch(() => undefined);
          await Promise.all([one, other]);
        };
        return { b, start };
      });
    }
  });

  it('of a download, from a store and from elsewhere', async () => {
    for (const plain of [false, true]) {
      const b = bench({}, [], {}, { publicRead: true });
      const { url } = await b.send(bytes);
      const microtasks = await stopEverywhere(async () => ({
        b,
        start: (_, signal) =>
          download({
            signers: plain ? [] : [b.signer],
            foreignUrls: 'plain',
            url,
            to: '/out.bin',
            runtime: b.runtime,
            signal,
          }),
      }));
      expect(microtasks).toBeGreaterThan(30);
    }
  });
});

/** Stops a run in the midst of whatever calls outside, for every such call. Answers how many there were. */
async function stopInEveryCall(make: () => { b: Bench; start: Start }): Promise<number> {
  for (let at = 1; ; at += 1) {
    const { b, start } = make();
    const stop = new AbortController();
    let calls = 0;
    const call = (): void => {
      calls += 1;
      if (calls === at) stop.abort();
    };
    const { push } = b.events;
    b.events.push = (...events) => {
      call();
      return push.apply(b.events, events);
    };
    b.store.faults.beforeSigner = call;
    b.store.faults.afterSigner = call;
    b.store.faults.delay = () => {
      call();
      return 0;
    };
    b.files.beforeRead = call;
    b.files.beforeWrite = call;
    await start(b, stop.signal).catch(() => undefined);
    await settled();
    expect([at, unheard]).toEqual([at, []]);
    if (calls < at) return calls;
  }
}

describe('a stop in the midst of any call to the outside leaves no promise that nobody listens to', () => {
  const all = [...shapes, ['a stream', {}], ['a file that the store refuses', {}]] as const;

  it.each(all)('of an upload in %s', async (name, options) => {
    const calls = await stopInEveryCall(() => {
      const refused = name === 'a file that the store refuses';
      const b = bench(
        options,
        refused
          ? [{ do: 'answer', status: 403, method: 'PUT', nth: 2 }]
          : [{ do: 'answer', status: 503, method: 'PUT', nth: [1, 3] }],
      );
      const start: Start = (_, signal) => {
        const sent = {
          mid: 5n,
          signal,
          onProgress: () => b.events.push(),
          ...(name === 'a stream' ? { from: streamOf(bytes) } : {}),
        };
        return b.send(bytes, '/in.bin', sent);
      };
      return { b, start };
    });
    expect(calls).toBeGreaterThan(8);
  });

  it('of a download', async () => {
    const calls = await stopInEveryCall(() => {
      const b = bench({}, [{ do: 'answer', status: 503, method: 'GET', nth: [1, 3] }]);
      const start: Start = async (_, signal) => {
        const { url } = await b.send(bytes);
        await download({
          signers: [b.signer],
          url,
          to: '/out',
          runtime: b.runtime,
          signal,
          onProgress: () => b.events.push(),
        });
      };
      return { b, start };
    });
    expect(calls).toBeGreaterThan(20);
  });
});
