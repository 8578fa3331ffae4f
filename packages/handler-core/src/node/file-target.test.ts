import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asNobody } from '../../test/as-nobody.ts';
import type { Target } from '../ports/ports.ts';
import { openFileTarget } from './file-target.ts';
import { sweepFolder } from './leftovers.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'target-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const there = (): Promise<string[]> => readdir(folder);
const read = (name: string): Promise<string> => readFile(at(name), 'utf8');

async function codeOf(opened: Promise<Target>): Promise<string> {
  const target = await opened.catch((error: { code: string }) => error);
  if ('write' in target) await target.close(false);
  return 'code' in target ? target.code : 'opened';
}

describe('a target', () => {
  it('is beside its place until it is whole, then replaces what is there', async () => {
    await writeFile(at('f'), 'what was there before');
    const target = await openFileTarget(at('f'), null);
    await target.write(6, text('world'));
    await target.write(0, text('hello '));
    expect(await read('f')).toBe('what was there before');
    await target.commit(at('f'));
    expect([await there(), await read('f')]).toEqual([['f'], 'hello world']);
  });

  it('is moved by renaming: one who reads the old file reads all of it', async () => {
    await writeFile(at('f'), 'old');
    const { ino } = await stat(at('f'));
    const target = await openFileTarget(at('f'), null);
    await target.write(0, text('new'));
    const [part = ''] = (await there()).filter((name) => name.endsWith('.part'));
    const { ino: fresh } = await stat(at(part));
    await target.commit(at('f'));
    expect((await stat(at('f'))).ino).toBe(fresh);
    expect(fresh).not.toBe(ino);
  });

  it.each([`${'n'.repeat(251)}.jpg`, 'naïve 写 😀.bin', '..x', ' '])('may be called %s', async (name) => {
    const target = await openFileTarget(at(name), 'key');
    await target.write(0, text('x'));
    await target.keep(1);
    await target.commit(at(name));
    expect(await there()).toEqual([name]);
  });

  it('can end in another place than it was opened for', async () => {
    await mkdir(at('other'));
    const target = await openFileTarget(at('f'), 'key');
    await target.write(0, text('x'));
    await target.commit(at('other/g'));
    expect([await there(), await read('other/g')]).toEqual([['other'], 'x']);
  });

  it('leaves nothing when it is closed without being kept, or had nothing to keep', async () => {
    for (const [note, keep] of [
      [true, false],
      [false, true],
      [false, false],
    ]) {
      const target = await openFileTarget(at('f'), 'key');
      await target.write(0, text('hello'));
      if (note) await target.keep(5);
      await target.close(keep ?? false);
      expect(await there()).toEqual([]);
    }
  });
});

describe('what was kept', () => {
  const begun = async (resumeKey: string | null): Promise<void> => {
    const target = await openFileTarget(at('f'), resumeKey);
    await target.write(0, text('hello wor'));
    await target.keep(3);
    await target.keep(5);
    await target.close(true);
  };

  it('is there for the next attempt, and only what was noted', async () => {
    await begun('v1');
    const target = await openFileTarget(at('f'), 'v1');
    expect(target.kept).toBe(5);
    const buffer = new Uint8Array(9);
    expect(await target.read(0, buffer)).toBe(5);
    expect(new TextDecoder().decode(buffer.subarray(0, 5))).toBe('hello');
    await target.write(5, text('!'));
    await target.close(true);
    const again = await openFileTarget(at('f'), 'v1');
    expect(again.kept).toBe(5);
    await again.close(false);
    expect(await there()).toEqual([]);
  });

  it('is of no use to another version, another target, or one that cannot be continued', async () => {
    await begun('v1');
    for (const [name, key] of [
      ['f', 'v2'],
      ['g', 'v1'],
      ['f', null],
    ] as const) {
      const target = await openFileTarget(at(name), key);
      expect(target.kept).toBe(0);
      await target.close(false);
    }
    await begun(null);
    const plain = await openFileTarget(at('f'), null);
    expect(plain.kept).toBe(0);
    await plain.close(false);
  });

  it('is not believed when the note is rubbish, or says more than there is, or the bytes are gone', async () => {
    const part = async (): Promise<string> =>
      at((await there()).find((name) => name.endsWith('.part')) ?? '');
    const rewrite = async (kept: string, change: object): Promise<void> =>
      writeFile(kept, JSON.stringify({ ...JSON.parse(await readFile(kept, 'utf8')), ...change }));
    for (const spoil of [
      (kept: string) => writeFile(kept, 'elephant'),
      (kept: string) => writeFile(kept, '5'),
      (kept: string) => writeFile(kept, 'null'),
      (kept: string) => rewrite(kept, { version: 2 }),
      (kept: string) => rewrite(kept, { stretches: [[0, 11, null]] }),
      (kept: string) => rewrite(kept, { stretches: [[-1, 5, null]] }),
      (kept: string) => rewrite(kept, { stretches: [[5, 5, null]] }),
      (kept: string) => rewrite(kept, { stretches: 5 }),
      (kept: string) => rewrite(kept, { owner: 5 }),
      (kept: string) => rewrite(kept, { owner: { pid: -1, host: '' } }),
      (kept: string) => rewrite(kept, { part: '../f' }),
      (kept: string) => rewrite(kept, { part: 5 }),
      async () => rm(await part()),
      (kept: string) => rm(kept),
    ]) {
      await begun('v1');
      const [kept = ''] = (await there()).filter((name) => name.endsWith('.kept'));
      await spoil(at(kept === '' ? 'none.kept' : kept));
      const target = await openFileTarget(at('f'), 'v1');
      expect([target.kept, target.keptBeyond]).toEqual([0, []]);
      await target.close(false);
      // Nobody knows the owner of these bytes any more: their age decides.
      expect((await there()).filter((name) => !name.endsWith('.part'))).toEqual([]);
      for (const name of await there()) await utimes(at(name), 1, 1);
      await sweepFolder(folder, 0);
      expect(await there()).toEqual([]);
    }
  });
});

describe('what cannot be written', () => {
  it('has a code of its own, before a byte is fetched', async () => {
    await writeFile(at('plain'), '');
    await mkdir(at('folder'));
    expect(await codeOf(openFileTarget(at('missing/f'), null))).toBe('target-folder-missing');
    expect(await codeOf(openFileTarget(at('plain/f'), null))).toBe('target-folder-missing');
    expect(await codeOf(openFileTarget(at('folder'), null))).toBe('target-not-writable');
    expect(await codeOf(openFileTarget(at('x'.repeat(256)), null))).toBe('target-not-writable');
    expect(await codeOf(openFileTarget('a\0b', null))).toBe('invalid-argument');
    expect(await there()).toEqual(['folder', 'plain']);
  });

  it('may be a folder that others own', async () => {
    await chmod(folder, 0o555);
    await asNobody(async () => {
      expect(await codeOf(openFileTarget(at('f'), null))).toBe('target-not-writable');
    });
    await chmod(folder, 0o755);
  });

  it('may be a place that a folder took meanwhile', async () => {
    const target = await openFileTarget(at('f'), null);
    await target.write(0, text('x'));
    await mkdir(at('f'));
    await expect(target.commit(at('f'))).rejects.toMatchObject({ code: 'target-not-writable' });
    await target.close(false);
    expect(await there()).toEqual(['f']);
  });

  it('fails as file-io once it is closed', async () => {
    const target = await openFileTarget(at('f'), null);
    await target.close(false);
    await expect(target.write(0, text('x'))).rejects.toMatchObject({ code: 'file-io' });
  });
});

describe('a copy', () => {
  const whole = async (): Promise<Target> => {
    const target = await openFileTarget(at('from'), null);
    await target.write(0, text('bytes'));
    return target;
  };

  it('is whole, in place, and replaces what is there', async () => {
    await writeFile(at('to'), 'old');
    const target = await whole();
    await target.copy(at('to'));
    expect(await read('to')).toBe('bytes');
    await target.commit(at('from'));
    expect([await read('from'), (await there()).sort()]).toEqual(['bytes', ['from', 'to']]);
  });

  it('leaves nothing when it fails, and the target as it was', async () => {
    await mkdir(at('to'));
    const target = await whole();
    await expect(target.copy(at('to'))).rejects.toMatchObject({ code: 'target-not-writable' });
    await expect(target.copy(at('none/to'))).rejects.toMatchObject({ code: 'target-folder-missing' });
    await target.commit(at('from'));
    expect((await there()).sort()).toEqual(['from', 'to']);
  });
});

describe('a place that turns out to be none', () => {
  it('may be followed by another', async () => {
    await mkdir(at('taken'));
    const target = await openFileTarget(at('f'), null);
    await target.write(0, text('x'));
    await expect(target.commit(at('taken'))).rejects.toMatchObject({ code: 'target-not-writable' });
    await expect(target.commit(at('none/f'))).rejects.toMatchObject({ code: 'target-folder-missing' });
    await target.commit(at('f'));
    expect([await read('f'), (await there()).sort()]).toEqual(['x', ['f', 'taken']]);
  });
});
