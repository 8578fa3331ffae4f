import { describe, expect, it } from 'vitest';
import { type Bench, bench, bytesOf, streamOf } from '../../../test/bench.ts';
import { type StoredObject, upload } from '../../index.ts';
import type { MemorySignerOptions } from '../../testing/index.ts';

const shapes: readonly (readonly [string, MemorySignerOptions])[] = [
  ['parts', {}],
  ['parts, or one request up to 20', { singleUpTo: 20 }],
  ['parts with md5', { digest: 'md5' }],
  ['session, Content-Range', { shape: 'session', chunkMultiple: 8 }],
  ['session, Upload-Offset', { shape: 'session', dialect: 'upload-offset' }],
  ['session, or one request up to 20', { shape: 'session', singleUpTo: 20 }],
];

/** Few enough bytes at most that a part stays as small as it is asked to be. */
const small = { limits: { maxStreamSize: 10_000 } };

function stream(b: Bench, bytes: Uint8Array): Promise<StoredObject> {
  return upload({ signer: b.signer, runtime: b.runtime, from: streamOf(bytes) });
}

describe.each(shapes)('a stream through %s', (_, options) => {
  // Around a part or chunk (16), around singleUpTo (20) and the byte that is read beyond it, around multiples.
  it.each([0, 1, 15, 16, 17, 19, 20, 21, 22, 31, 32, 33, 47, 48, 49, 160])(
    'arrives, with %i bytes',
    async (size) => {
      const b = bench(options, [], small);
      const object = await stream(b, bytesOf(size));
      expect(object.size).toBe(size);
      expect(b.store.objects.bytes(object.key)).toEqual(bytesOf(size));
      expect(b.store.unfinished()).toBe(0);
      const single = size <= (options.singleUpTo ?? -1);
      expect(b.store.requests.every(({ kind }) => (kind === 'object') === single)).toBe(true);
      expect(await b.runtime.ports.journal.list()).toEqual([]);
    },
  );

  it('is refused with one byte more than is allowed, and leaves nothing', async () => {
    const limits = { limits: { maxStreamSize: 48 } };
    const b = bench({ ...options, maxParts: 3 }, [], limits);
    await expect(stream(b, bytesOf(49))).rejects.toMatchObject({ code: 'file-too-large' });
    expect(b.store.requests.filter(({ status }) => status !== null && status >= 400)).toEqual([]);
    expect([b.store.unfinished(), b.store.objects.keys()]).toEqual([0, []]);
    const fits = bench({ ...options, maxParts: 3 }, [], limits);
    expect((await stream(fits, bytesOf(48))).size).toBe(48);
  });

  it('survives a lost answer, though it can be read only once', async () => {
    const b = bench(options, [{ do: 'lose-answer', method: 'PUT', nth: [1, 3] }], small);
    const object = await stream(b, bytesOf(100));
    expect(b.store.objects.bytes(object.key)).toEqual(bytesOf(100));
  });

  it('shows how much was sent, and a percentage only when the length is known', async () => {
    const b = bench(options, [], small);
    const seen: (number | null)[] = [];
    await upload({
      signer: b.signer,
      runtime: b.runtime,
      from: streamOf(bytesOf(100)),
      onProgress: ({ total, percent }) => {
        if (seen.at(-1) !== total) seen.push(total);
        if (total === null && percent !== 0) seen.push(-1);
      },
    });
    expect(seen).toEqual([null, 100]);
  });
});

it('a stream that no shape can carry is refused as unsupported', async () => {
  const b = bench({ shape: 'single', maxSize: 30 });
  expect((await stream(b, bytesOf(30))).size).toBe(30);
  await expect(stream(b, bytesOf(31))).rejects.toMatchObject({ code: 'unsupported' });
});

it('a stream whose parts got lost fails, for they cannot be read again', async () => {
  const b = bench({}, [], small);
  const signer = { ...b.signer, commit: async () => ({ state: 'missing', parts: [2] }) as const };
  const lost = upload({ signer, runtime: b.runtime, from: streamOf(bytesOf(50)) });
  await expect(lost).rejects.toMatchObject({ code: 'upload-incomplete' });
});
