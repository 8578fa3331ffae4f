import { execFileSync } from 'node:child_process';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asNobody } from '../../test/as-nobody.ts';
import { openFileSource } from './file-source.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'source-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

async function file(name: string, text: string): Promise<string> {
  await writeFile(at(name), text);
  return at(name);
}

async function failure(path: string): Promise<unknown> {
  const source = await openFileSource(path).catch((error: unknown) => error);
  if (typeof source === 'object' && source !== null && 'close' in source) throw new Error('it was opened');
  return (source as { code: string }).code;
}

describe('what is no file to send', () => {
  it('has a code of its own', async () => {
    const plain = await file('plain', 'x');
    await mkdir(at('folder'));
    await symlink(at('loop'), at('loop'));
    await symlink(at('nowhere'), at('dangling'));
    execFileSync('mkfifo', [at('pipe')]);
    expect(await failure(at('missing'))).toBe('file-not-found');
    expect(await failure(at('dangling'))).toBe('file-not-found');
    expect(await failure(at('loop'))).toBe('file-not-found');
    expect(await failure(join(plain, 'below'))).toBe('file-not-found');
    expect(await failure(at('x'.repeat(300)))).toBe('file-not-found');
    expect(await failure('')).toBe('file-not-found');
    expect(await failure(at('folder'))).toBe('file-not-a-file');
    expect(await failure(at('pipe'))).toBe('file-not-a-file');
    expect(await failure('/dev/null')).toBe('file-not-a-file');
    expect(await failure('a\0b')).toBe('invalid-argument');
  });

  it('may be a file that is not to be read', async () => {
    const path = await file('secret', 'x');
    await mkdir(at('closed'));
    await file('closed/inside', 'x');
    await chmod(folder, 0o755);
    await chmod(path, 0o000);
    await chmod(at('closed'), 0o000);
    await asNobody(async () => {
      expect(await failure(path)).toBe('file-unreadable');
      expect(await failure(at('closed/inside'))).toBe('file-unreadable');
    });
    await chmod(at('closed'), 0o700);
  });
});

describe('a file', () => {
  it.each(['plain.txt', 'naïve 写 😀.bin', '..x', `${'n'.repeat(251)}.jpg`])(
    'called %s is read',
    async (name) => {
      const source = await openFileSource(await file(name, 'hello'));
      expect(source.facts).toMatchObject({ name, size: 5 });
      expect(source.replayable).toBe(true);
      await source.close();
    },
  );

  it('is read from any offset, again and again, as far as it goes', async () => {
    const source = await openFileSource(await file('f', '0123456789'));
    const read = async (offset: number, size: number): Promise<string> => {
      const buffer = Buffer.alloc(size, '-');
      return `${await source.read(offset, buffer)} ${buffer}`;
    };
    expect(await read(4, 3)).toBe('3 456');
    expect(await read(0, 12)).toBe('10 0123456789--');
    expect(await read(8, 4)).toBe('2 89--');
    expect(await read(99, 2)).toBe('0 --');
    await source.close();
  });

  it('may be empty, and may be a link', async () => {
    await symlink(await file('f', ''), at('link'));
    const source = await openFileSource(at('link'));
    expect(source.facts).toMatchObject({ name: 'link', size: 0 });
    expect(await source.read(0, new Uint8Array(4))).toBe(0);
    expect(await source.unchanged()).toBe(true);
    await source.close();
  });

  it('has changed when its size, its time or its place is another, or it is gone', async () => {
    const changes: ((path: string) => Promise<unknown>)[] = [
      (path) => truncate(path, 3),
      (path) => writeFile(path, 'more than before'),
      (path) => utimes(path, new Date(), new Date(1000)),
      async (path) => rename(await file('other', '12345'), path),
      (path) => rm(path),
    ];
    for (const [index, change] of changes.entries()) {
      const path = await file(`f${index}`, '12345');
      const source = await openFileSource(path);
      expect(await source.unchanged()).toBe(true);
      await change(path);
      expect(await source.unchanged()).toBe(false);
      await source.close();
    }
  });

  it('asks to be read again when its size and time are the same, and it was touched all the same', async () => {
    const touches: ((path: string) => Promise<unknown>)[] = [
      async (path) => {
        const { atime, mtime } = await stat(path);
        await writeFile(path, '54321');
        await utimes(path, atime, mtime);
      },
      (path) => chmod(path, 0o600),
      (path) => link(path, `${path}.link`),
    ];
    for (const [index, touch] of touches.entries()) {
      const path = await file(`f${index}`, '12345');
      // A time that can be put back exactly.
      await utimes(path, 1000, 1000);
      const source = await openFileSource(path);
      expect(await source.unchanged()).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await touch(path);
      expect(await source.unchanged()).toBe('read-again');
      await source.close();
    }
  });

  it('keeps its fingerprint as long as it is the same, and has another after it changed', async () => {
    const path = await file('f', '12345');
    const print = async (): Promise<string | null> => {
      const source = await openFileSource(path);
      await source.close();
      return source.facts.fingerprint;
    };
    const before = await print();
    expect(await print()).toBe(before);
    await utimes(path, new Date(), new Date(1000));
    expect(await print()).not.toBe(before);
  });

  it('that was closed fails as file-io', async () => {
    const source = await openFileSource(await file('f', '12345'));
    await source.close();
    await expect(source.read(0, new Uint8Array(1))).rejects.toMatchObject({ code: 'file-io' });
  });
});
