import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../test/bench.ts';
import { watched } from '../../../test/context.ts';
import { type SlowLink, slowHttp } from '../../../test/slow-http.ts';
import { createRuntime, type TransferEvent, type TransferLimits, upload } from '../../index.ts';
import { alwaysOnline, nodeHash } from '../../node/index.ts';
import { manualClock, memoryFiles, memoryStore, seededRandom } from '../../testing/index.ts';

const KiB = 1024;

/** A device whose only way to the store is this link, on a clock of its own, with the default settings. */
function device(link: SlowLink, limits: Partial<TransferLimits> = {}) {
  const clock = manualClock();
  const hash = nodeHash();
  const random = seededRandom(3);
  const store = memoryStore({ random, hash, clock });
  const http = slowHttp(store.http, clock, link);
  const files = memoryFiles();
  const events: TransferEvent[] = [];
  const runtime = createRuntime({
    ports: { files, http, clock, random, hash, network: alwaysOnline },
    limits,
    onEvent: (event) => events.push(event),
  });
  const send = (name: string, bytes: Uint8Array, partSize: number) => {
    files.files.set(name, bytes);
    return watched(upload({ signer: store.signer({ partSize }), from: name, runtime }));
  };
  const retries = () => events.filter(({ type }) => type === 'retrying').length;
  return { clock, store, http, runtime, send, retries };
}

/** Moves the clock in steps, until this is over or so many seconds have passed; answers the seconds. */
async function until(
  clock: ReturnType<typeof manualClock>,
  over: () => boolean,
  most: number,
): Promise<number> {
  for (let seconds = 0; seconds < most; seconds += 5) {
    if (over()) return seconds;
    await clock.advance(5000);
  }
  return most;
}

describe('a slow uplink is no stall', () => {
  it.each([
    ['12 kB a second, one connection', 12_000, 64 * KiB, 1],
    ['12 kB a second for four, with much buffered on the way', 12_000, 512 * KiB, 4],
    ['2G, 20 kbit/s in all', 2500, 64 * KiB, 1],
    ['2G, with all of it buffered on the way', 2500, 512 * KiB, 1],
  ])('%s', async (_, rate, buffer, files) => {
    const d = device({ rate, roundTrip: 600, buffer });
    const size = 200 * KiB;
    const sent = Array.from({ length: files }, (__, index) =>
      d.send(`/${index}`, bytesOf(size, index), 1024 * KiB),
    );
    const ideal = (size * files) / rate;
    const took = await until(d.clock, () => sent.every(({ over }) => over), ideal * 3);
    expect(sent.map(({ error }) => error)).toEqual(sent.map(() => undefined));
    expect(d.retries()).toBe(0);
    expect(took).toBeLessThan(ideal * 1.2 + 10);
    expect(d.store.objects.keys()).toHaveLength(files);
  });

  it('nor is one that becomes slow in the middle', async () => {
    const link = { rate: 2_000_000, roundTrip: 100, buffer: 256 * KiB };
    const d = device(link);
    const sent = d.send('/a', bytesOf(1024 * KiB), 256 * KiB);
    await d.clock.advance(500);
    link.rate = 12_000;
    await until(d.clock, () => sent.over, 300);
    expect([sent.error, d.retries()]).toEqual([undefined, 0]);
  });
});

it('a link on which nothing moves at all is given up within five times the limit', async () => {
  const link = { rate: 12_000, roundTrip: 100, buffer: 64 * KiB };
  const d = device(link, { attempts: 1 });
  const sent = d.send('/a', bytesOf(500 * KiB), 1024 * KiB);
  await d.clock.advance(10_000);
  link.rate = 0;
  const took = await until(d.clock, () => sent.over, 400);
  expect(sent.error).toMatchObject({ code: 'stalled' });
  expect(took).toBeGreaterThanOrEqual(30);
  expect(took).toBeLessThanOrEqual(155);
});

it('slices are small at first and on a slow link, and large only once a request was quick', async () => {
  const slow = device({ rate: 12_000, roundTrip: 100, buffer: 32 * KiB });
  const one = slow.send('/a', bytesOf(600 * KiB), 200 * KiB);
  await until(slow.clock, () => one.over, 300);
  expect(slow.http.slices[0]).toBe(64 * KiB);
  expect(Math.max(...slow.http.slices.slice(-10))).toBe(8 * KiB);
  const quick = device({ rate: 1e9, roundTrip: 1, buffer: 4096 * KiB }, { concurrency: 1 });
  const other = quick.send('/b', bytesOf(4096 * KiB), 1024 * KiB);
  await until(quick.clock, () => other.over, 30);
  expect(Math.max(...quick.http.slices)).toBe(512 * KiB);
});

describe('parts at once', () => {
  const MiB = 1024 * KiB;
  const parts = 80;

  it('become as many as there may be where each connection is slow', async () => {
    const d = device({ rate: 1e9, each: 100_000, roundTrip: 300, buffer: 32 * KiB }, { concurrency: 16 });
    const sent = d.send('/a', bytesOf(parts * 128 * KiB), 128 * KiB);
    await until(d.clock, () => sent.over, 600);
    expect(sent.error).toBeUndefined();
    expect([d.http.open.most, d.runtime.pace.up.lanes]).toEqual([16, 16]);
  });

  it('stay few where the whole is slow, and never take more memory than there is', async () => {
    const narrow = device({ rate: 125_000, roundTrip: 200, buffer: 32 * KiB });
    const sent = narrow.send('/a', bytesOf(2 * MiB), 128 * KiB);
    await until(narrow.clock, () => sent.over, 600);
    expect(sent.error).toBeUndefined();
    expect(narrow.runtime.pace.up.lanes).toBeLessThanOrEqual(4);
    const poor = device(
      { rate: 1e9, each: 100_000, roundTrip: 300, buffer: 32 * KiB },
      { bufferMemory: 6 * 128 * KiB },
    );
    const other = poor.send('/b', bytesOf(30 * 128 * KiB), 128 * KiB);
    await until(poor.clock, () => other.over, 600);
    expect(other.error).toBeUndefined();
    expect(poor.http.open.most).toBe(6);
  });
});
