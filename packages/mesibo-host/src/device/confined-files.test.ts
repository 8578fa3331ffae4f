import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type World } from '../../test/world.ts';

let around: string;
let base: string;
let outside: string;
let world: World;

/** A folder of Alice's on disk, with a file in it, and a secret beside it. */
beforeEach(() => {
  around = mkdtempSync(join(tmpdir(), 'mesibo-files-'));
  base = join(around, 'base');
  outside = join(around, 'base-secret.txt');
  mkdirSync(join(base, 'sub'), { recursive: true });
  writeFileSync(join(base, 'a.txt'), 'a');
  writeFileSync(outside, 'secret');
  world = createWorld();
  world.alice.setPath(base);
});
afterEach(() => rmSync(around, { recursive: true }));

const read = (path: string): string => readFileSync(join(base, path), 'utf8');

describe('file calls', () => {
  it('create, find, copy, rename and delete files, by a path from the folder or an absolute one', () => {
    const { alice } = world;
    expect(alice.createFile('sub', 'b.txt', 'b')).toBe(true);
    expect(alice.createFile(join(base, 'sub'), 'c.bin', Uint8Array.of(1, 2))).toBe(true);
    expect(alice.createFile('', 'empty')).toBe(true);
    expect([read('sub/b.txt'), read('empty'), [...readFileSync(join(base, 'sub/c.bin'))]]).toEqual([
      'b',
      '',
      [1, 2],
    ]);
    expect(
      ['sub/b.txt', 'sub', join(base, 'a.txt'), 'none', 'none/none'].map((path) => alice.fileExists(path)),
    ).toEqual([true, true, true, false, false]);
    expect(alice.copyFile('sub/b.txt', 'copy.txt')).toBe(true);
    expect(alice.renameFile('copy.txt', join(base, 'sub', 'moved.txt'))).toBe(true);
    expect([alice.fileExists('copy.txt'), read('sub/moved.txt'), read('sub/b.txt')]).toEqual([
      false,
      'b',
      'b',
    ]);
    expect(alice.deleteFile('sub/b.txt')).toBe(true);
    expect(alice.fileExists('sub/b.txt')).toBe(false);
    expect(world.errors).toEqual([]);
  });

  it.each(['con', 'NUL.txt', 'com1', 'a.txt:stream', ':stream', 'a.txt.', 'a.txt ', 'lpt9 .x'])(
    'refuse the name %j, which is no file of its own to Windows',
    (name) => {
      const { alice } = world;
      expect([
        alice.createFile('', name, 'x'),
        alice.copyFile('a.txt', name),
        alice.renameFile('a.txt', `sub/${name}`),
        alice.fileExists(name),
        alice.deleteFile(name),
      ]).toEqual([false, false, false, false, false]);
      expect(alice.createFile(name, 'b.txt', 'x')).toBe(false);
      expect(read('a.txt')).toBe('a');
      expect(world.errors.length).toBeGreaterThan(0);
    },
  );

  it('never put anything in the place of what is there, and need what they read', () => {
    const { alice } = world;
    alice.createFile('', 'b.txt', 'b');
    expect([
      alice.createFile('', 'a.txt', 'new'),
      alice.copyFile('b.txt', 'a.txt'),
      alice.renameFile('b.txt', 'a.txt'),
      alice.renameFile('b.txt', 'sub'),
      alice.copyFile('none', 'd.txt'),
      alice.copyFile('sub', 'd'),
      alice.renameFile('none', 'd.txt'),
      alice.renameFile('sub', 'd'),
      alice.createFile('none', 'd.txt'),
      alice.deleteFile('none'),
      alice.deleteFile('sub'),
      alice.fileExists('a\0.txt'),
    ]).toEqual(Array.from({ length: 12 }, () => false));
    expect([read('a.txt'), read('b.txt'), alice.fileExists('sub')]).toEqual(['a', 'b', true]);
  });
});

describe('a path out of the folder', () => {
  /** Every call with a path; whichever is given it, nothing happens. */
  const calls = (path: string): boolean[] => {
    const { alice } = world;
    return [
      alice.fileExists(path),
      alice.createFile(path, 'x'),
      alice.createFile('', path),
      alice.copyFile(path, 'stolen'),
      alice.copyFile('a.txt', path),
      alice.renameFile(path, 'stolen'),
      alice.renameFile('a.txt', path),
      alice.deleteFile(path),
    ];
  };
  const untouched = (): void => {
    expect(readFileSync(outside, 'utf8')).toBe('secret');
    expect([world.alice.fileExists('stolen'), read('a.txt')]).toEqual([false, 'a']);
  };

  it.each(['../base-secret.txt', 'sub/../../base-secret.txt', '..', '.', '', '/', '/etc/passwd', '../new'])(
    '%j is refused by every call, and told',
    (path) => {
      const answers = calls(path);
      // An empty folder is the folder itself: a file may be made in it.
      expect(
        answers.map((answer, call) => ((path === '' || path === '.') && call === 1) || !answer),
      ).not.toContain(false);
      expect(world.errors.map(String)).toContainEqual(expect.stringContaining('leads out of the folder'));
      expect(String(world.errors)).not.toContain('secret');
      untouched();
    },
  );

  it('is refused as an absolute one too, also where its beginning is the same', () => {
    expect(calls(outside)).not.toContain(true);
    expect(calls(`${base}-secret.txt`)).not.toContain(true);
    untouched();
  });

  it.each([
    ['a link to a file', () => symlinkSync(outside, join(base, 'link'))],
    [
      'a link to a link',
      () => {
        symlinkSync(outside, join(base, 'first'));
        symlinkSync(join(base, 'first'), join(base, 'link'));
      },
    ],
    ['a link to nothing', () => symlinkSync(join(around, 'new'), join(base, 'link'))],
  ])('over %s is refused, and only the link can be deleted', (_, make) => {
    make();
    const answers = calls('link');
    expect(answers.slice(0, -1)).not.toContain(true);
    expect(answers.at(-1)).toBe(true);
    untouched();
  });

  it('over a link to a folder is refused', () => {
    symlinkSync(around, join(base, 'link'));
    expect(calls('link/base-secret.txt')).not.toContain(true);
    expect(calls('link/new')).not.toContain(true);
    expect(calls('sub/../link/base-secret.txt')).not.toContain(true);
    untouched();
  });

  it('is none when the folder itself is reached over a link', () => {
    symlinkSync(base, join(around, 'linked'));
    world.alice.setPath(join(around, 'linked'));
    expect(world.alice.fileExists('a.txt')).toBe(true);
    expect(world.alice.fileExists(join(around, 'linked', 'a.txt'))).toBe(true);
    expect(world.alice.fileExists('../base-secret.txt')).toBe(false);
  });

  it('is refused however it is written', () => {
    symlinkSync(around, join(base, 'link'));
    const piece = fc.constantFrom(
      '..',
      '.',
      'sub',
      'link',
      'a.txt',
      'base',
      'base-secret.txt',
      '',
      '/',
      '\\',
      'x',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.constantFrom('', '/', `${base}/`),
        (pieces, start) => {
          const path = start + pieces.join('/');
          world.alice.copyFile(path, 'copy');
          if (world.alice.fileExists('copy')) {
            expect(read('copy')).toBe('a');
            world.alice.deleteFile('copy');
          }
          world.alice.createFile(path, 'made');
          world.alice.renameFile(path, 'renamed');
          world.alice.renameFile('renamed', 'a.txt');
          expect(readFileSync(outside, 'utf8')).toBe('secret');
        },
      ),
      { numRuns: 500 },
    );
  });
});
