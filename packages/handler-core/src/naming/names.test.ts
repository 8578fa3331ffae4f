import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyName } from '../../test/any-name.ts';
import { contentTypeOf } from './content-type.ts';

import { objectKey } from './object-key.ts';
import { safeFileName } from './safe-file-name.ts';
import { slug } from './slug.ts';
import { MAX_NAME_BYTES, trueName } from './true-name.ts';
import { utf8Length } from './truncate.ts';

describe('trueName', () => {
  it.each([
    ['../../x', 'x'],
    ['C:\\photos\\Ünï.JPG', 'Ünï.JPG'],
    ['/tmp/写真.png', '写真.png'],
    ['folder/', 'folder'],
    ['..', 'file'],
    ['', 'file'],
    ['a\u202egpj.exe', 'agpj.exe'],
    ['a\r\nb', 'ab'],
    ['.bashrc', '.bashrc'],
    ['\ud800x', '\ufffdx'],
    ['👩‍👩‍👧.png', '👩‍👩‍👧.png'],
  ])('%j is %j', (path, name) => expect(trueName(path)).toBe(name));

  it('is never a path, fits, and changes nothing the second time', () => {
    fc.assert(
      fc.property(anyName, (path) => {
        const name = trueName(path);
        expect(name).not.toMatch(/[/\\\p{Cc}\p{Surrogate}]|^\.{0,2}$/u);
        expect(utf8Length(name)).toBeLessThanOrEqual(MAX_NAME_BYTES);
        expect(trueName(name)).toBe(name);
      }),
    );
  });

  it('keeps a thousand characters of any script, and the extension of a longer name', () => {
    expect(trueName('😀'.repeat(1000))).toBe('😀'.repeat(1000));
    expect(trueName(`${'写'.repeat(5000)}.jpeg`)).toMatch(/写\.jpeg$/);
  });
});

describe('safeFileName', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['CON', '_CON'],
    ['com1.txt', '_com1.txt'],
    ['LPT².tar.gz', '_LPT².tar.gz'],
    ['console.log', 'console.log'],
    ['what? "me": <a|b>*.txt', 'what_ _me__ _a_b__.txt'],
    ['trailing. . ', 'trailing'],
    ['...', 'file'],
    ['Отчёт за май.docx', 'Отчёт за май.docx'],
  ])('%j is %j', (name, safe) => expect(safeFileName(name)).toBe(safe));

  it('fits every file system, whatever the name', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const safe = safeFileName(name);
        expect(safe).not.toMatch(/[<>:"/\\|?*\p{Cc}\p{Surrogate}]|[. ]$|^$/u);
        expect(safe).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
        expect(utf8Length(safe)).toBeLessThanOrEqual(255);
        expect(safeFileName(safe)).toBe(safe);
      }),
    );
    expect(safeFileName(`${'a'.repeat(254)}. ${'b'.repeat(99)}`)).toBe('a'.repeat(254));
    expect(safeFileName(`${'a'.repeat(1000)}.jpeg`)).toBe(`${'a'.repeat(250)}.jpeg`);
  });
});

describe('slug', () => {
  it.each([
    ['Résumé (final).PDF', 'resume-final.pdf'],
    ['写真.jpg', 'file.jpg'],
    ['写真', 'file'],
    ['.bashrc', 'bashrc'],
    ['a..b...c', 'a.b.c'],
    ['../../x', 'x'],
    ['-rf.txt', 'rf.txt'],
    ['CON', '_con'],
    ['nul.txt', '_nul.txt'],
    ['COM1.tar.gz', '_com1.tar.gz'],
    ['.aux', '_aux'],
    ['console.txt', 'console.txt'],
    ['a:stream', 'a-stream'],
    [`${'long'.repeat(100)}.mp4`, `${'long'.repeat(24)}.mp4`],
  ])('%j is %j', (name, expected) => expect(slug(name)).toBe(expected));

  it('is 1 to 100 harmless characters', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(slug(name)).toMatch(/^[a-z0-9_][a-z0-9._-]{0,99}$/);
        expect(slug(name)).not.toMatch(/\.\.|[.-]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/);
      }),
    );
  });
});

describe('objectKey', () => {
  const random = { fraction: () => 0, bytes: (count: number) => new Uint8Array(count).fill(0xa7) };

  it('is prefix, source, year, month, random and slug', () => {
    const key = objectKey({ prefix: '/a/b/', source: 0, now: Date.UTC(2026, 0, 31), random, name: 'X.jpg' });
    expect(key).toBe(`a/b/0/2026/01/${'a7'.repeat(16)}/x.jpg`);
    expect(objectKey({ prefix: '', source: 100, now: 0, random, name: '' })).toMatch(/^100\/1970\/01\/a7{1}/);
  });

  it('refuses what can not be in a key', () => {
    for (const prefix of ['..', 'a/../b', 'a//b', 'a b', 'é', 'a\\b', 'p'.repeat(801)]) {
      expect(() => objectKey({ prefix, source: 0, now: 0, random, name: 'x' })).toThrow(/prefix/);
    }
    expect(() => objectKey({ prefix: '', source: 0.5, now: 0, random, name: 'x' })).toThrow(/source/);
    expect(() => objectKey({ prefix: '', source: 0, now: Number.NaN, random, name: 'x' })).toThrow(/time/);
  });

  it('is valid for any name, and at most 1,024 bytes', () => {
    fc.assert(
      fc.property(anyName, fc.maxSafeInteger(), fc.nat(), (name, source, now) => {
        const key = objectKey({ prefix: 'p'.repeat(800), source, now, random, name });
        expect(key.length).toBeLessThanOrEqual(1024);
        expect(key).toMatch(/^p+\/-?\d+\/\d{4}\/\d{2}\/[0-9a-f]{32}\/[a-z0-9._-]+$/);
      }),
    );
  });
});

describe('contentTypeOf', () => {
  it.each([
    ['a.heic', 'image/heic'],
    ['a.heif', 'image/heif'],
    ['a.opus', 'audio/ogg'],
    ['a.m4a', 'audio/mp4'],
    ['a.3gp', 'video/3gpp'],
    ['a.webp', 'image/webp'],
    ['a.MOV', 'video/quicktime'],
    ['a.mkv', 'video/x-matroska'],
    ['a.aac', 'audio/aac'],
    ['a.amr', 'audio/amr'],
    ['a.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['a.apk', 'application/vnd.android.package-archive'],
    ['a.webm', 'video/webm'],
    ['a.tar', 'application/x-tar'],
    ['jpg', 'application/octet-stream'],
    ['a.', 'application/octet-stream'],
    ['a.constructor', 'application/octet-stream'],
    ['a.b/c', 'application/octet-stream'],
  ])('%s is %s', (name, type) => expect(contentTypeOf(name)).toBe(type));
});
