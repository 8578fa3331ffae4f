import { rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LocalStore, LocalUpload, Staging, Verdict } from '@mesibo-files/handler-core/provider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, call, type DiskBench, digestOf, diskBench, factsOf, send } from '../../test/bench.ts';
import { dyingFiles, errno, watchedFiles } from '../../test/file-systems.ts';
import type { DiskStore } from '../index.ts';

const bytes = bytesOf(700_000);
const LATER = 100 * 60 * 60 * 1000;

function localOf({ signer }: DiskStore): LocalStore {
  if (signer.local === undefined) throw new Error('This store is not in the process.');
  return signer.local;
}

/** A source that gives its bytes in pieces of at most so many. */
function sourceOf(from: Uint8Array): { read: (offset: number, buffer: Uint8Array) => Promise<number> } {
  return {
    read: async (offset, buffer) => {
      const piece = from.subarray(offset, offset + buffer.length);
      buffer.set(piece);
      return piece.length;
    },
  };
}

function receive(
  store: DiskStore,
  from: Uint8Array,
  staging: Staging = 'none',
  own: Parameters<typeof factsOf>[1] = {},
): Promise<LocalUpload> {
  const facts = factsOf(from, { digests: {}, size: null, ...own });
  return localOf(store).receive(facts, sourceOf(from), { ...call, staging });
}

async function readAll(store: DiskStore, url: string, first: number, end: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const sink = (chunk: Uint8Array): void => void chunks.push(Buffer.from(chunk));
  await localOf(store).send({ url, version: null, first, end }, sink, call);
  return Buffer.concat(chunks);
}

async function nothingStays(b: DiskBench): Promise<void> {
  expect([await b.inside.keys(), await b.staged()]).toEqual([[], []]);
}

describe('a file that is taken in without a request', () => {
  it('is whole, verified and as its facts say, whatever its size', async () => {
    const b = await diskBench();
    for (const size of [0, 1, 131_071, 131_072, 131_073, 262_144, 700_000]) {
      const file = bytes.subarray(0, size);
      for (const known of [true, false]) {
        const upload = await receive(b.store, file, 'none', { size: known ? size : null });
        expect(upload.manifest).toMatchObject({ size, digests: { crc32: digestOf(file) } });
        const committed = await upload.commit(call);
        if (committed.state !== 'stored') throw new Error(committed.state);
        const { object } = committed;
        expect(object).toMatchObject({ size, contentType: 'video/mp4', name: 'clip.mp4' });
        expect(object.sender).toEqual({ uid: 7, mid: '9', source: 1, secure: false });
        expect((await readAll(b.store, object.url, 0, size)).equals(file)).toBe(true);
        // The other way in tells the same.
        const plan = await b.store.signer.read(object.url, call);
        expect((await send(plan.request)).body.equals(file)).toBe(true);
      }
    }
    expect(await b.staged()).toEqual([]);
  });

  it('serves any range', async () => {
    const b = await diskBench();
    const committed = await (await receive(b.store, bytes)).commit(call);
    const url = committed.state === 'stored' ? committed.object.url : '';
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), fc.nat(bytes.length), async (one, other) => {
        const [first, end] = [Math.min(one, other), Math.max(one, other)];
        expect((await readAll(b.store, url, first, end)).equals(bytes.subarray(first, end))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it.each(['none', 'hidden', 'readable'] as const)(
    'is nowhere before its commit, staging %s',
    async (staging) => {
      const b = await diskBench();
      const upload = await receive(b.store, bytes, staging);
      expect(await b.inside.keys()).toEqual([]);
      const first = await upload.commit(call);
      expect(first.state).toBe('stored');
      expect(await upload.commit(call)).toEqual(first);
      await upload.discard(call);
      expect(await b.inside.keys()).toHaveLength(1);
      expect(await b.staged()).toEqual([]);
    },
  );

  it.each(['none', 'hidden', 'readable'] as const)(
    'leaves nothing when it is discarded, staging %s',
    async (staging) => {
      const b = await diskBench();
      const upload = await receive(b.store, bytes, staging);
      await upload.discard(call);
      await nothingStays(b);
      expect((await upload.commit(call)).state).toBe('gone');
      await nothingStays(b);
    },
  );

  it('is asked about before anyone can read it, and the first decision stands, on any replica', async () => {
    const b = await diskBench();
    const verdicts: Verdict[] = [
      { verdict: 'later', retryAfter: 700 },
      { verdict: 'remove', reason: 'A virus.' },
      { verdict: 'keep' },
    ];
    const upload = await receive(b.store, bytes, 'readable');
    const inspect = async (pending: { read: unknown }): Promise<Verdict> => {
      expect(await b.inside.keys()).toEqual([]);
      expect(pending.read).not.toBeNull();
      return verdicts.shift() ?? { verdict: 'keep' };
    };
    expect(await upload.commit({ ...call, inspect })).toMatchObject({ state: 'pending', retryAfter: 700 });
    const unfinished = [];
    for await (const one of b.store.signer.unfinished(-1, call)) unfinished.push(one.ticket);
    expect(unfinished).toHaveLength(1);
    const other = b.replica();
    const decided = { state: 'refused', code: 'forbidden', reason: 'A virus.' };
    const again = other.signer.commit(upload.ticket, upload.manifest, { ...call, inspect });
    expect(await again).toMatchObject(decided);
    expect(await upload.commit({ ...call, inspect })).toMatchObject(decided);
    expect(await b.inside.keys()).toEqual([]);
  });

  it('is committed by its ticket on another replica', async () => {
    const b = await diskBench();
    const upload = await receive(b.store, bytes, 'hidden');
    const elsewhere = await b.replica().signer.commit(upload.ticket, upload.manifest, call);
    expect(elsewhere.state).toBe('stored');
    expect(await upload.commit(call)).toEqual(elsewhere);
  });

  it('of more bytes than it may have, or than were stated, leaves nothing', async () => {
    const b = await diskBench();
    await expect(receive(b.store, bytes, 'none', { maxSize: 699_999 })).rejects.toMatchObject({
      code: 'file-too-large',
    });
    await expect(receive(b.store, bytes, 'hidden', { size: 700_001 })).rejects.toMatchObject({
      code: 'size-mismatch',
    });
    await nothingStays(b);
  });

  it('whose source fails, or that is stopped, leaves nothing and fails with that', async () => {
    const b = await diskBench();
    const fault = new Error('The client went away.');
    const read = async (offset: number, buffer: Uint8Array): Promise<number> => {
      if (offset > 0) throw fault;
      return buffer.length;
    };
    const facts = factsOf(bytes, { size: null });
    await expect(localOf(b.store).receive(facts, { read }, call)).rejects.toBe(fault);
    const stop = new AbortController();
    const stopping = async (_: number, buffer: Uint8Array): Promise<number> => {
      stop.abort();
      return buffer.length;
    };
    const stopped = localOf(b.store).receive(facts, { read: stopping }, { signal: stop.signal });
    await expect(stopped).rejects.toMatchObject({ code: 'stopped' });
    await nothingStays(b);
  });

  it.each(['none', 'hidden'] as const)('on a disk that fails leaves nothing, staging %s', async (staging) => {
    const b = await diskBench();
    await b.store.start();
    for (const operation of ['mkdir', 'handle.write', 'handle.sync', 'handle.writeFile', 'rename']) {
      let failing = false;
      const files = watchedFiles((name) => {
        if (!failing || name !== operation) return;
        failing = false;
        throw errno('ENOSPC');
      });
      const store = b.replica({}, files);
      await store.start();
      failing = true;
      const stored = async (): Promise<unknown> => {
        const upload = await receive(store, bytes, staging);
        try {
          return await upload.commit(call);
        } catch (error) {
          await upload.discard(call);
          throw error;
        }
      };
      await expect(stored(), operation).rejects.toMatchObject({ code: 'quota-exceeded' });
      await nothingStays(b);
    }
  });

  it('is written whole where the disk takes it in small bites', async () => {
    const b = await diskBench();
    const files = watchedFiles(() => undefined);
    const biting: typeof files = {
      ...files,
      open: async (...args) => {
        const handle = await files.open(...args);
        const write = handle.write.bind(handle) as typeof handle.write;
        handle.write = ((from: Uint8Array, at: number, length: number, position: number) =>
          write(from, at, Math.min(length, 50_000), position)) as typeof handle.write;
        return handle;
      },
    };
    await (await receive(b.replica({}, biting), bytes)).commit(call);
    const [key = ''] = await b.inside.keys();
    expect(Buffer.compare(await b.inside.bytes(key), bytes)).toBe(0);
  });

  it.each(['none', 'readable'] as const)(
    'by a process that is killed at any operation is nowhere, or whole, staging %s',
    async (staging) => {
      for (let at = 1; ; at++) {
        const b = await diskBench();
        await b.store.start();
        const { files, died } = dyingFiles(at);
        const dying = b.replica({}, files);
        let acknowledged = false;
        await receive(dying, bytes, staging)
          .then((upload) => upload.commit(call))
          .then(({ state }) => {
            acknowledged = state === 'stored';
          })
          .catch(() => undefined);
        const keys = await b.inside.keys();
        expect(keys.length).toBeLessThanOrEqual(1);
        if (acknowledged) expect(keys).toHaveLength(1);
        const alive = b.replica({ clock: { now: () => Date.now() + LATER } });
        for (const key of keys) {
          expect(Buffer.compare(await b.inside.bytes(key), bytes)).toBe(0);
          const url = `${b.server.endpoint}/disk/${key}`;
          expect((await readAll(alive, url, 0, bytes.length)).equals(bytes)).toBe(true);
        }
        await alive.sweep();
        expect(await b.staged()).toEqual([]);
        if (!died()) return expect(at).toBeGreaterThan(10);
      }
    },
  );

  it('lasts: bytes, record and folder are flushed before the rename, and that before the answer', async () => {
    const b = await diskBench();
    const log: string[] = [];
    const files = watchedFiles((operation, ...paths) => {
      if (/sync|rename|write/.test(operation)) {
        const short = paths.map((path) => path.replace(/.*\/(staging|objects)/, '$1'));
        log.push(
          [operation, ...short]
            .join(' ')
            .replace(/[0-9a-f]{32}/g, '#')
            .replace(/\d{4}\/\d{2}/, 'month'),
        );
      }
    });
    const store = b.replica({}, files);
    await (await receive(store, bytes.subarray(0, 10))).commit(call);
    log.length = 0;
    await (await receive(store, bytes.subarray(0, 10))).commit(call);
    log.push('answered');
    expect(log.slice(0, -4).sort()).toEqual([
      'handle.sync staging/put-#/.object.json',
      'handle.sync staging/put-#/clip.mp4',
      'handle.write staging/put-#/clip.mp4',
      'handle.writeFile staging/put-#/.object.json',
    ]);
    expect(log.slice(-4)).toEqual([
      'handle.sync staging/put-#',
      'rename staging/put-# objects/mesibo/1/month/#',
      'handle.sync objects/mesibo/1/month',
      'answered',
    ]);
  });

  it('shares the flush of a folder with others that are placed meanwhile, and waits for one that began after it', async () => {
    const b = await diskBench();
    let flushes = 0;
    const files = watchedFiles((operation, path = '') => {
      if (operation === 'handle.sync' && /objects\/mesibo\/1\/\d{4}\/\d{2}$/.test(path)) flushes += 1;
    });
    const store = b.replica({}, files);
    await (await receive(store, bytes.subarray(0, 10))).commit(call);
    flushes = 0;
    const uploads = [];
    for (let at = 0; at < 40; at++) uploads.push(await receive(store, bytes.subarray(0, 10 + at)));
    await Promise.all(uploads.map((upload) => upload.commit(call)));
    expect(flushes).toBeLessThan(40);
    expect(flushes).toBeGreaterThanOrEqual(1);
    expect(await b.inside.keys()).toHaveLength(41);
  });
});

describe('a record that is known already', () => {
  const stored = async (b: DiskBench): Promise<{ url: string; key: string }> => {
    const committed = await (await receive(b.store, bytes)).commit(call);
    if (committed.state !== 'stored') throw new Error(committed.state);
    const { url, key } = committed.object;
    await b.store.signer.read(url, call);
    return { url, key };
  };

  it('is gone as soon as the object is, whoever removed it', async () => {
    const b = await diskBench();
    const { url, key } = await stored(b);
    await b.inside.remove(key);
    await expect(b.store.signer.read(url, call)).rejects.toMatchObject({ code: 'object-not-found' });
    await expect(readAll(b.store, url, 0, 1)).rejects.toMatchObject({ code: 'object-not-found' });
  });

  it('is read anew when another is in its place', async () => {
    const b = await diskBench();
    const { url, key } = await stored(b);
    await b.inside.remove(key);
    await b.inside.put(key, bytes.subarray(0, 5));
    expect(await b.store.signer.read(url, call)).toMatchObject({ size: 5, version: 'ffffffffffffffff' });
    const other = localOf(b.store).send({ url, version: 'x', first: 0, end: 5 }, () => undefined, call);
    await expect(other).rejects.toMatchObject({ code: 'object-changed' });
  });

  it('is of no use where a symbolic link is in the way by now, or the bytes have another size', async () => {
    const b = await diskBench();
    const { url, key } = await stored(b);
    await writeFile(join(b.folder, 'objects', key), 'short');
    await expect(readAll(b.store, url, 0, 1)).rejects.toMatchObject({ code: 'server-error' });
    await rm(join(b.folder, 'objects', dirname(key)), { recursive: true });
    await symlink('/etc', join(b.folder, 'objects', dirname(key)));
    await expect(b.store.signer.read(url, call)).rejects.toMatchObject({ code: 'object-not-found' });
  });
});
