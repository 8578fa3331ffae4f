import { chmod, mkdtemp, open, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench, bytesOf } from '../../../test/bench.ts';
import { upload } from '../../index.ts';
import { nodeFiles } from '../../node/index.ts';
import type { MemorySignerOptions } from '../../testing/index.ts';

const bytes = bytesOf(16 * 6 - 3);
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edited-'));
  path = join(folder, 'in.bin');
  await writeFile(path, bytes);
  // A time that can be put back exactly.
  await utimes(path, 1000, 1000);
  // The tick of the clock in which the file was made is over.
  await new Promise((resolve) => setTimeout(resolve, 20));
});
afterEach(() => rm(folder, { recursive: true }));

/** Overwrites some bytes in place, and puts the time back. */
async function edit(offset: number): Promise<void> {
  const { atime, mtime, size } = await stat(path);
  const handle = await open(path, 'r+');
  await handle.write(bytesOf(5, 99), 0, 5, offset);
  await handle.close();
  await utimes(path, atime, mtime);
  expect((await stat(path)).size).toBe(size);
}

/** Uploads the file of the disk. `touch` happens while the store's third request waits. */
async function send(
  options: MemorySignerOptions,
  touch: () => Promise<void>,
): Promise<{ b: Bench; sent: Promise<Uint8Array> }> {
  let touched: Promise<void> | null = null;
  const b = bench(options, [], { ports: { files: nodeFiles }, limits: { concurrency: 1 } });
  const requests = options.shape === 'single' ? 1 : 3;
  b.store.faults.delay = () => {
    if (b.store.requests.length >= requests) touched ??= touch();
    return 0;
  };
  const files = {
    ...nodeFiles,
    openSource: async (from: string) => {
      const source = await nodeFiles.openSource(from);
      return {
        facts: source.facts,
        replayable: true,
        read: source.read.bind(source),
        unchanged: async () => {
          // The store may be done before the disk is.
          await touched;
          return source.unchanged();
        },
        close: source.close.bind(source),
      };
    },
  };
  const runtime = { ...b.runtime, ports: { ...b.runtime.ports, files } };
  const sent = upload({ signer: b.signer, runtime, from: path }).then(
    ({ key }) => b.store.objects.bytes(key) ?? new Uint8Array(0),
  );
  return { b, sent };
}

const shapes: readonly (readonly [string, MemorySignerOptions])[] = [
  ['single', { shape: 'single' }],
  ['parts', {}],
  ['parts, read before begin', { singleUpTo: 60 }],
  ['session', { shape: 'session' }],
];

describe.each(shapes)(
  '%s: a file that is edited in place, with its size and its time put back,',
  (_, options) => {
    it.each([0, 5, 14])('where it was sent already (byte %i), is not stored', async (offset) => {
      const { b, sent } = await send(options, () => edit(offset));
      await expect(sent).rejects.toMatchObject({ code: 'file-changed' });
      expect([b.store.unfinished(), b.store.objects.keys()]).toEqual([0, []]);
    });

    it.each([30, 46, 50, 62, 88])(
      'anywhere (byte %i), is stored as the disk has it, or not at all',
      async (offset) => {
        const { b, sent } = await send(options, () => edit(offset));
        const stored = await sent.catch(() => null);
        if (stored !== null) expect(stored).toEqual(new Uint8Array(await readFile(path)));
        else expect([b.store.unfinished(), b.store.objects.keys()]).toEqual([0, []]);
      },
    );

    it('is sent when only its mode or its links changed', async () => {
      const { sent } = await send(options, () => chmod(path, 0o600));
      expect(await sent).toEqual(bytes);
    });
  },
);
