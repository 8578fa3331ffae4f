import { describe, expect, it } from 'vitest';
import { bench, bytesOf, requestsOf } from '../../../test/bench.ts';
import type { MemorySignerOptions } from '../../testing/index.ts';

const bytes = bytesOf(100);
const integrities: readonly (readonly [string, MemorySignerOptions, kind: string, ranges: number])[] = [
  ['a digest that can be put together', {}, 'whole', 7],
  ['a digest of the whole, in order', { shape: 'single', digest: 'md5' }, 'whole', 1],
  ['digests of the pieces', { digest: 'md5', partSize: 24 }, 'pieces', 5],
  ['sha256 of the whole', { shape: 'session', digest: 'sha256' }, 'whole', 1],
];

describe.each(integrities)('%s', (_, options, kind, ranges) => {
  it('proves what arrived', async () => {
    const b = bench(options);
    const object = await b.send(bytes);
    expect(object.integrity.kind).toBe(kind);
    const requests = await requestsOf(b, async () => expect(await b.fetch(object.url)).toEqual(bytes));
    expect(requests).toHaveLength(ranges);
  });

  it('finds one wrong byte, and begins once more from the first', async () => {
    const b = bench(options, [{ do: 'corrupt-answer', at: 5, method: 'GET', nth: 1 }]);
    const { url } = await b.send(bytes);
    expect(await b.fetch(url)).toEqual(bytes);
  });

  it('finds one wrong byte each time, and leaves nothing', async () => {
    const b = bench(options, [{ do: 'corrupt-answer', at: 5, method: 'GET' }]);
    const { url } = await b.send(bytes);
    await expect(b.fetch(url)).rejects.toMatchObject({ code: 'digest-mismatch' });
    expect([b.files.files.has('/out.bin'), b.files.unfinished.size]).toEqual([false, 0]);
  });

  it('goes on where an answer was cut off', async () => {
    const b = bench(options, [{ do: 'cut-answer', after: 10, method: 'GET', nth: [1, 2] }]);
    const { url } = await b.send(bytes);
    const requests = await requestsOf(b, async () => expect(await b.fetch(url)).toEqual(bytes));
    expect(requests).toHaveLength(ranges + 2);
    expect(requests.some(({ range }) => range?.startsWith('bytes=10-'))).toBe(true);
  });

  it('fetches an empty object without asking for a byte', async () => {
    const b = bench(options);
    const { url } = await b.send(new Uint8Array(0));
    const requests = await requestsOf(b, async () => expect(await b.fetch(url)).toEqual(new Uint8Array(0)));
    expect(requests).toEqual([]);
  });
});

it('an object that is overwritten in the middle fails, and leaves nothing', async () => {
  const b = bench({}, [], { limits: { concurrency: 1 } });
  const { url, key } = await b.send(bytes);
  let reads = 0;
  b.store.faults.delay = () => {
    reads += 1;
    if (reads === 3) b.store.objects.put(key, bytesOf(100, 9));
    return 0;
  };
  await expect(b.fetch(url)).rejects.toMatchObject({ code: 'object-changed' });
  expect([b.files.files.has('/out.bin'), b.files.unfinished.size]).toEqual([false, 0]);
});

it('an object that is deleted in the middle fails as not found', async () => {
  const b = bench({}, [], { limits: { concurrency: 1 } });
  const { url, key } = await b.send(bytes);
  b.store.faults.delay = () => {
    if (b.store.requests.filter(({ kind }) => kind === 'read').length === 3) b.store.objects.delete(key);
    return 0;
  };
  await expect(b.fetch(url)).rejects.toMatchObject({ code: 'object-not-found' });
  expect(b.files.files.has('/out.bin')).toBe(false);
});

it('a full disk fails the download, and what was kept is continued', async () => {
  const b = bench({}, [], { limits: { concurrency: 1 } });
  const { url } = await b.send(bytes);
  b.files.beforeWrite = (_, offset) => {
    if (offset >= 32) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
  };
  await expect(b.fetch(url)).rejects.toThrow();
  b.files.beforeWrite = undefined;
  const requests = await requestsOf(b, async () => expect(await b.fetch(url)).toEqual(bytes));
  expect(requests[0]?.range).toBe('bytes=32-47');
});
