import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FilePart } from './file-part.ts';
import { spooledSource } from './sources.ts';
import { Spool } from './spool.ts';

const MIB = 1024 * 1024;

describe('the spool', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spool-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const partOf = (...chunks: Uint8Array[]): FilePart =>
    new FilePart(Readable.from(chunks), { name: 'f', contentType: '' }, Promise.resolve(), 100 * MIB);

  it('keeps a file without a name, gives its bytes at any offset, and counts it until it is closed', async () => {
    const spool = new Spool(folder);
    const bytes = Buffer.from(Array.from({ length: MIB + 5 }, (_, index) => index * 7));
    const { file, size, close } = await spool.take(
      partOf(bytes.subarray(0, 70_000), bytes.subarray(70_000)),
      MIB * 2,
    );
    expect(size).toBe(MIB + 5);
    expect(spool.used).toBe(MIB + 5);
    expect(await readdir(folder)).toEqual([]);
    const source = spooledSource('f', file, size);
    const buffer = new Uint8Array(1000);
    expect(await source.read(MIB - 500, buffer)).toBe(505);
    expect(Buffer.compare(buffer.subarray(0, 505), bytes.subarray(MIB - 500))).toBe(0);
    await close();
    expect(spool.used).toBe(0);
  });

  it('is bounded over all its files', async () => {
    const spool = new Spool(folder);
    const first = await spool.take(partOf(Buffer.alloc(MIB)), 2 * MIB);
    await expect(spool.take(partOf(Buffer.alloc(MIB + 1)), 2 * MIB)).rejects.toMatchObject({
      code: 'too-many-uploads',
    });
    expect(spool.used).toBe(MIB);
    await first.close();
    await (await spool.take(partOf(Buffer.alloc(MIB + 1)), 2 * MIB)).close();
    expect(spool.used).toBe(0);
  });

  it('lets go of a file whose upload fails', async () => {
    const spool = new Spool(folder);
    const part = partOf(Buffer.alloc(MIB));
    part.fail(new Error('gone'));
    await expect(spool.take(part, 2 * MIB)).rejects.toThrow('gone');
    expect(spool.used).toBe(0);
  });

  it('tells that its folder is not there', async () => {
    const spool = new Spool(join(folder, 'none'));
    await expect(spool.take(partOf(Buffer.alloc(1)), MIB)).rejects.toMatchObject({ code: 'file-io' });
  });

  it('removes what a killed process left, and nothing else', async () => {
    const own = `mesibo-files-${crypto.randomUUID()}.upload`;
    const young = `mesibo-files-${crypto.randomUUID()}.upload`;
    for (const name of [own, young, 'mesibo-files-1.upload', 'other'])
      await writeFile(join(folder, name), 'x');
    await mkdir(join(folder, 'sub'));
    const old = new Date(Date.now() - 3_600_000);
    for (const name of [own, 'mesibo-files-1.upload', 'other']) await utimes(join(folder, name), old, old);
    await (await new Spool(folder).take(partOf(Buffer.alloc(1)), MIB)).close();
    expect((await readdir(folder)).sort()).toEqual(['mesibo-files-1.upload', 'other', 'sub', young].sort());
  });
});
