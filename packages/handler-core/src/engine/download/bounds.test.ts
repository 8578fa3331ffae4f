import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../../test/bench.ts';
import { watched } from '../../../test/context.ts';
import { createRuntime, download, type TransferEvent, type TransferLimits, upload } from '../../index.ts';
import { alwaysOnline, nodeHash } from '../../node/index.ts';
import type { HttpAnswer, HttpPort } from '../../ports/ports.ts';
import { manualClock, memoryFiles, memoryStore, seededRandom } from '../../testing/index.ts';
import { pause } from '../request/time.ts';
import { rangeSizeFor } from './bounds.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/** A store, a web beside it that sends so many bytes a second, and a device with so much room. */
function world(
  limits: Partial<TransferLimits> = {},
  web = { rate: 1000, size: Number.POSITIVE_INFINITY, stated: false },
) {
  const clock = manualClock();
  const hash = nodeHash();
  const random = seededRandom(5);
  const store = memoryStore({ random, hash, clock });
  const files = memoryFiles();
  const room: { free: number | null } = { free: null };
  const device = {
    ...files,
    openTarget: async (...given: Parameters<typeof files.openTarget>) => {
      const target = await files.openTarget(...given);
      return Object.assign(target, { freeSpace: async () => room.free });
    },
  };
  let sent = 0;
  const http: HttpPort = {
    async send(request): Promise<HttpAnswer> {
      if (!request.url.startsWith('https://web.example/')) return store.http.send(request);
      return {
        status: 200,
        headers: web.stated ? { 'content-length': String(web.size) } : {},
        consume: async (take) => {
          for (let at = 0; at < web.size; at += web.rate) {
            await pause(clock, 1000, request.signal);
            const chunk = new Uint8Array(Math.min(web.rate, web.size - at));
            sent += chunk.length;
            await take(chunk);
          }
        },
        text: async () => '',
        discard: async () => undefined,
      };
    },
  };
  const events: TransferEvent[] = [];
  const runtime = createRuntime({
    ports: { files: device, http, clock, random, hash, network: alwaysOnline },
    limits,
    onEvent: (event) => events.push(event),
  });
  const signer = store.signer({ partSize: 16 });
  const fetch = (url: string, to = '/out') =>
    watched(download({ signers: [signer], url, to, runtime, foreignUrls: 'plain' }));
  const put = async (bytes: Uint8Array): Promise<string> => {
    files.files.set('/in', bytes);
    return (await upload({ signer, from: '/in', runtime })).url;
  };
  return { clock, store, files, room, fetch, put, sent: () => sent, events };
}

describe('the size of a download', () => {
  it('is bounded: a larger file is refused before a byte is fetched', async () => {
    const w = world({ maxDownloadSize: 99 });
    const url = await w.put(bytesOf(100));
    const before = w.store.requests.length;
    const got = w.fetch(url);
    await w.clock.advance(10);
    expect(got.error).toMatchObject({ code: 'file-too-large', retryable: false });
    expect(w.store.requests.length).toBe(before);
    expect(w.files.unfinished.size).toBe(0);
    const fits = world({ maxDownloadSize: 100 });
    const other = fits.fetch(await fits.put(bytesOf(100)));
    await fits.clock.advance(10);
    expect(other.error).toBeUndefined();
  });

  it.each([true, false])('of a foreign URL is, too (its length is told: %s)', async (stated) => {
    const w = world({ maxForeignSize: 50_000 }, { rate: 10_000, size: 50_001, stated });
    const got = w.fetch('https://web.example/large');
    await w.clock.advance(20_000);
    expect(got.error).toMatchObject({ code: 'file-too-large' });
    expect(w.sent()).toBe(stated ? 0 : 50_001);
    expect([w.files.files.size, w.files.unfinished.size]).toEqual([0, 0]);
  });

  it('is held against the room on the disk, where that is known', async () => {
    const w = world({}, { rate: 10_000, size: 50_000, stated: true });
    const url = await w.put(bytesOf(100));
    w.room.free = 99;
    const got = [w.fetch(url), w.fetch('https://web.example/f', '/other')];
    await w.clock.advance(10);
    for (const { error } of got) expect(error).toMatchObject({ code: 'disk-full' });
    w.room.free = 50_000;
    const again = [w.fetch(url), w.fetch('https://web.example/f', '/other')];
    await w.clock.advance(10_000);
    for (const { error, over } of again) expect([error, over]).toEqual([undefined, true]);
  });
});

describe('a foreign server that drips', () => {
  it('is left after a minute, and for good when it goes on so', async () => {
    const w = world({}, { rate: 1000, size: Number.POSITIVE_INFINITY, stated: false });
    const got = w.fetch('https://web.example/drip');
    await w.clock.advance(61_000);
    expect(w.events.find(({ type }) => type === 'retrying')).toMatchObject({ error: { code: 'too-slow' } });
    await w.clock.advance(16 * 60_000);
    expect(got.error).toMatchObject({ code: 'too-slow' });
  });

  it('is borne where the option says so, and one that is fast enough is', async () => {
    for (const [minForeignSpeed, rate] of [
      [0, 10],
      [1024, 1100],
    ] as const) {
      const w = world({ minForeignSpeed }, { rate, size: rate * 150, stated: false });
      const got = w.fetch('https://web.example/slow');
      await w.clock.advance(160_000);
      expect([got.error, got.over]).toEqual([undefined, true]);
    }
  });

  it('holds up no download of our own, however many there are', async () => {
    const w = world({}, { rate: 1000, size: Number.POSITIVE_INFINITY, stated: false });
    const url = await w.put(bytesOf(100));
    const drips = Array.from({ length: 10 }, (_, index) =>
      w.fetch(`https://web.example/${index}`, `/${index}`),
    );
    await w.clock.advance(1000);
    const got = w.fetch(url);
    await w.clock.advance(100);
    expect([got.error, got.over]).toEqual([undefined, true]);
    expect(drips.some(({ over }) => over)).toBe(false);
  });
});

it('ranges are as many as there may be lanes, none smaller than 2 MiB, none larger than wanted', () => {
  expect(rangeSizeFor(100, 8 * MiB)).toBe(2 * MiB);
  expect(rangeSizeFor(48 * MiB, 8 * MiB)).toBe(3 * MiB);
  expect(rangeSizeFor(1024 * MiB, 8 * MiB)).toBe(8 * MiB);
  expect(rangeSizeFor(48 * MiB, 16)).toBe(16);
});
