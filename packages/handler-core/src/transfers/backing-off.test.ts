import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../test/bench.ts';
import { settled, watched } from '../../test/context.ts';
import {
  CONNECTIVITY,
  type Connectivity,
  createRuntime,
  type RuntimeOptions,
  type Signer,
  TransferError,
  type TransferEvent,
  upload,
} from '../index.ts';
import { alwaysOnline, nodeHash } from '../node/index.ts';
import {
  type MemorySignerOptions,
  manualClock,
  memoryFiles,
  memoryStore,
  seededRandom,
} from '../testing/index.ts';

/** Stores and a device on a clock that a test moves. */
function world(options: RuntimeOptions = {}) {
  const clock = manualClock();
  const hash = nodeHash();
  const random = seededRandom(5);
  const store = memoryStore({ random, hash, clock });
  const files = memoryFiles();
  const events: TransferEvent[] = [];
  const runtime = createRuntime({
    ...options,
    ports: { files, http: store.http, clock, random, hash, network: alwaysOnline, ...options.ports },
    onEvent: (event) => events.push(event),
  });
  const signer = (more: MemorySignerOptions = {}): Signer => store.signer({ partSize: 16, ...more });
  let names = 0;
  const send = (by: Signer, bytes: Uint8Array, priority = 0, named?: string) => {
    names += 1;
    const path = named ?? `/${names}`;
    files.files.set(path, bytes);
    return watched(upload({ signer: by, from: path, runtime, priority }));
  };
  return { clock, store, files, runtime, signer, send, events };
}

/** A signer whose store is in trouble. */
function broken(signer: Signer, id: string): Signer {
  const fail = (): Promise<never> => Promise.reject(new TransferError('server-error', 'the store is broken'));
  return { ...signer, store: id, capabilities: fail, begin: fail };
}

describe('a transfer that backs off', () => {
  it('holds nobody up: two hundred to a broken store, and an urgent one to a healthy store', async () => {
    const w = world({ limits: { patience: 200_000 } });
    const ill = broken(w.signer(), 'ill');
    const waiting = Array.from({ length: 200 }, (_, index) => w.send(ill, bytesOf(40, index)));
    await w.clock.advance(60_000);
    expect(waiting.filter(({ over }) => over)).toHaveLength(0);
    const urgent = w.send(w.signer(), bytesOf(40), 9);
    await w.clock.advance(1000);
    expect(urgent.error).toBeUndefined();
    expect(urgent.over).toBe(true);
    const later = w.send(w.signer(), bytesOf(41));
    await w.clock.advance(60_000);
    expect(later.error).toBeUndefined();
    expect(later.over).toBe(true);
    await w.clock.advance(300_000);
    expect(waiting.every(({ error }) => TransferError.is(error) && error.code === 'server-error')).toBe(true);
  });

  it('gives its lane away while there is no network, and all go on at once when there is', async () => {
    let state: Connectivity = CONNECTIVITY.WIFI;
    const callbacks = new Set<(now: Connectivity) => void>();
    const network = {
      connectivity: () => state,
      onChange: (callback: (now: Connectivity) => void) => {
        const own = (now: Connectivity): void => callback(now);
        callbacks.add(own);
        return () => callbacks.delete(own);
      },
    };
    const w = world({ ports: { network } });
    let down = true;
    w.store.faults.beforeSigner = () => {
      if (down) throw new TransferError('network', 'no way');
    };
    state = CONNECTIVITY.DISCONNECTED;
    const all = Array.from({ length: 12 }, (_, index) => w.send(w.signer(), bytesOf(100, index)));
    await w.clock.advance(120_000);
    // Each had its turn, and waits with none.
    expect(w.events.filter(({ type }) => type === 'started')).toHaveLength(12);
    down = false;
    state = CONNECTIVITY.WIFI;
    for (const callback of [...callbacks]) callback(state);
    for (let turn = 0; turn < 400 && all.some(({ over }) => !over); turn += 1) await settled();
    expect(all.map(({ error }) => error)).toEqual(all.map(() => undefined));
    expect(all.every(({ over }) => over)).toBe(true);
    expect(callbacks.size).toBe(0);
  });

  it.each([
    ['parts', {}],
    ['session', { shape: 'session' }],
    ['single', { shape: 'single' }],
  ] as const)(
    'gives up the memory of its %s, reads them again, and stores the right bytes',
    async (_, options) => {
      const w = world({
        limits: { concurrency: 4, pacing: 'fixed', retryBase: 60_000, patience: 3_600_000 },
      });
      const { buffers, pace } = w.runtime;
      let lent = 0;
      const [take, give] = [buffers.take.bind(buffers), buffers.give.bind(buffers)];
      buffers.take = (size) => {
        lent += 1;
        return take(size);
      };
      buffers.give = (buffer) => {
        lent -= 1;
        buffer.fill(0xee);
        give(buffer);
      };
      let down = true;
      const http = w.store.http.send.bind(w.store.http);
      w.store.http.send = async (request) => {
        if (down && request.body !== undefined) throw new TransferError('server-error', 'down');
        return http(request);
      };
      const bytes = bytesOf(16 * 9 + 3);
      const sent = w.send(w.signer(options), bytes, 0, '/away');
      // The pauses are random: long enough for each worker to rest.
      for (let count = 0; count < 5; count += 1) await w.clock.advance(2000);
      if (options !== undefined && !('shape' in options && options.shape === 'session')) expect(lent).toBe(0);
      const other = watched(pace.acquire(pace.up, {}, 64 * 1024 * 1024, new AbortController().signal));
      await settled();
      expect(other.over).toBe(true);
      other.value?.release();
      down = false;
      for (let count = 0; count < 40 && !sent.over; count += 1) await w.clock.advance(10_000);
      expect(sent.error).toBeUndefined();
      expect(w.store.objects.bytes(w.store.objects.keys()[0] ?? '')).toEqual(bytes);
    },
  );

  it('and finds that its file changed meanwhile', async () => {
    for (const shape of ['parts', 'session'] as const) {
      const w = world({ limits: { retryBase: 60_000, patience: 3_600_000 } });
      let down = true;
      const http = w.store.http.send.bind(w.store.http);
      w.store.http.send = async (request) => {
        if (down && request.body !== undefined) throw new TransferError('server-error', 'down');
        return http(request);
      };
      const bytes = bytesOf(100);
      const sent = w.send(w.signer({ shape }), bytes, 0, '/edited');
      await w.clock.advance(5000);
      bytes[3] = (bytes[3] ?? 0) ^ 1;
      down = false;
      for (let count = 0; count < 40 && !sent.over; count += 1) await w.clock.advance(10_000);
      expect(sent.error).toMatchObject({ code: 'file-changed' });
      expect(w.store.objects.keys()).toEqual([]);
    }
  });
});

it('a store that answers 503 to every second request fails no upload', async () => {
  const w = world({ admission: { maxTransfers: 8 }, limits: { retryCap: 1000 } });
  const http = w.store.http.send.bind(w.store.http);
  const chance = seededRandom(11);
  w.store.http.send = async (request) => {
    if (chance.fraction() < 0.5) throw new TransferError('throttled', 'slow down');
    return http(request);
  };
  const all = Array.from({ length: 100 }, (_, index) => w.send(w.signer(), bytesOf(40, index)));
  for (let minutes = 0; minutes < 60 && all.some(({ over }) => !over); minutes += 1)
    await w.clock.advance(60_000);
  expect(all.filter(({ error }) => error !== undefined)).toEqual([]);
  expect(w.store.objects.keys()).toHaveLength(100);
});
