import { describe, expect, it, vi } from 'vitest';
import { type Bench, bench, bytesOf, requestsOf, stopAt } from '../../../test/bench.ts';
import { watched } from '../../../test/context.ts';
import { download } from '../../index.ts';
import type { MemoryFiles } from '../../testing/index.ts';

const bytes = bytesOf(16 * 6 - 3);
const slow = { limits: { concurrency: 1 } };

/** Six ranges, stopped at the fourth. */
async function stopped(b: Bench = bench({}, [], slow)): Promise<{ b: Bench; url: string; key: string }> {
  const { url, key } = await b.send(bytes);
  const to = '/out.bin';
  const signal = stopAt(b, 'read', 4);
  await expect(download({ signers: [b.signer], url, to, runtime: b.runtime, signal })).rejects.toMatchObject({
    code: 'stopped',
  });
  b.store.faults.delay = undefined;
  expect(b.files.files.has(to)).toBe(false);
  return { b, url, key };
}

/** Spoils what an earlier attempt left, behind everybody's back. */
async function spoil(files: MemoryFiles, at: number): Promise<void> {
  const [entry] = files.unfinished.values();
  const target = await files.openTarget('/out.bin', entry?.resumeKey ?? null);
  await target.write(at, new Uint8Array([1, 2, 3]));
  await target.close(true);
}

describe('a download that was stopped', () => {
  it('does not fetch again what it kept', async () => {
    const { b, url } = await stopped();
    const requests = await requestsOf(b, async () => expect(await b.fetch(url)).toEqual(bytes));
    expect(requests.map(({ range }) => range)).toEqual(['bytes=48-63', 'bytes=64-79', 'bytes=80-92']);
    expect(b.events).toContainEqual(expect.objectContaining({ type: 'resumed', bytes: 48 }));
    expect(b.files.unfinished.size).toBe(0);
  });

  it('hashes what it kept, and begins anew once when that was damaged', async () => {
    const { b, url } = await stopped();
    await spoil(b.files, 20);
    const seen: number[] = [];
    const requests = await requestsOf(b, () =>
      download({
        signers: [b.signer],
        url,
        to: '/out.bin',
        runtime: b.runtime,
        onProgress: ({ done }) => seen.push(done),
      }),
    );
    expect(b.files.files.get('/out.bin')).toEqual(bytes);
    expect(requests).toHaveLength(3 + 6);
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
  });

  it('fails when the second attempt is damaged too, and keeps nothing', async () => {
    const { b, url } = await stopped();
    await spoil(b.files, 20);
    b.files.beforeWrite = () => undefined;
    const read = b.runtime.ports.http.send;
    const corrupt = {
      send: async (request: Parameters<typeof read>[0]) => {
        const answer = await read(request);
        return {
          ...answer,
          status: answer.status,
          headers: answer.headers,
          consume: (take: (chunk: Uint8Array) => void | Promise<void>) =>
            answer.consume((chunk) => {
              chunk[0] = (chunk[0] ?? 0) ^ 1;
              return take(chunk);
            }),
        };
      },
    };
    const runtime = { ...b.runtime, ports: { ...b.runtime.ports, http: corrupt } };
    await expect(download({ signers: [b.signer], url, to: '/out.bin', runtime })).rejects.toMatchObject({
      code: 'digest-mismatch',
    });
    expect([b.files.unfinished.size, b.files.files.has('/out.bin')]).toEqual([0, false]);
  });

  it('begins anew for another version of the object', async () => {
    const { b, url, key } = await stopped();
    const other = bytesOf(93, 5);
    b.store.objects.put(key, other);
    const requests = await requestsOf(b, async () => expect(await b.fetch(url)).toEqual(other));
    expect(requests).toHaveLength(6);
  });

  it('keeps no more than what is whole from the first byte on', async () => {
    const b = bench({}, [{ do: 'answer', status: 403, method: 'GET', nth: 3 }], slow);
    const { url } = await b.send(bytes);
    await expect(b.fetch(url)).rejects.toMatchObject({ code: 'access-denied' });
    expect([...b.files.unfinished.values()].map(({ kept }) => kept)).toEqual([32]);
    expect(await requestsOf(b, () => b.fetch(url))).toHaveLength(4);
  });

  it('fetches only the gaps, wherever they are', async () => {
    const b = bench({}, [], { limits: { concurrency: 6 } });
    const { url } = await b.send(bytes);
    const stop = new AbortController();
    const late = ['bytes=0-15', 'bytes=48-63'];
    b.store.faults.delay = ({ headers }) => (late.includes(headers.range ?? '') ? 1e9 : 0);
    const options = { signers: [b.signer], url, to: '/out.bin', runtime: b.runtime };
    const stopped = watched(download({ ...options, signal: stop.signal }));
    const [part] = await vi.waitFor(() => {
      const parts = [...b.files.unfinished.values()];
      expect(parts[0]).toMatchObject({
        stretches: [
          { first: 16, end: 48 },
          { first: 64, end: 93 },
        ],
      });
      return parts;
    });
    expect(part?.kept).toBe(0);
    stop.abort();
    await vi.waitFor(() => expect(stopped.over).toBe(true));
    b.store.faults.delay = undefined;
    const requests = await requestsOf(b, async () => expect(await b.fetch(url)).toEqual(bytes));
    expect(requests.map(({ range }) => range)).toEqual(late);
    expect(b.events).toContainEqual(expect.objectContaining({ type: 'resumed', bytes: 61 }));
  });

  it('fetches all of it again from a store without ranges', async () => {
    const b = bench({}, [], slow, { ranges: false });
    const { url } = await b.send(bytes);
    await download({
      signers: [b.signer],
      url,
      to: '/out.bin',
      runtime: b.runtime,
      signal: stopAt(b, 'read', 1),
    }).catch(() => undefined);
    b.store.faults.delay = undefined;
    expect(b.files.unfinished.size).toBe(0);
    const requests = await requestsOf(b, async () => expect(await b.fetch(url)).toEqual(bytes));
    expect(requests.map(({ range }) => range)).toEqual([null]);
  });
});
