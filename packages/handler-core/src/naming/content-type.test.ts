import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShownInline } from './content-disposition.ts';
import { contentTypeFor, contentTypeOf } from './content-type.ts';

/** Stated type, name, and the type that is stored. */
export const TYPES: readonly [string | null, string, string][] = [
  ['image/jpg', 'cat.jpg', 'image/jpeg'],
  ['IMAGE/JPG', 'cat', 'image/jpeg'],
  ['image/jpg; q=1', 'cat', 'image/jpeg'],
  ['image/pjpeg', 'cat.bin', 'image/jpeg'],
  ['image/x-png', 'cat', 'image/png'],
  ['audio/x-m4a', 'song.m4a', 'audio/mp4'],
  ['audio/mp3', 'song', 'audio/mpeg'],
  ['audio/x-wav', 'song.wav', 'audio/wav'],
  ['video/x-m4v', 'clip.m4v', 'video/mp4'],
  ['video/3gp', 'clip', 'video/3gpp'],
  ['text/x-vcard', 'me.vcf', 'text/vcard'],
  ['application/octet-stream', 'cat.jpg', 'image/jpeg'],
  ['application/octet-stream', 'cat.unknown', 'application/octet-stream'],
  ['application/octet-stream', 'CAT.JPEG', 'image/jpeg'],
  ['binary/octet-stream', 'cat.png', 'image/png'],
  ['multipart/form-data', 'cat.jpg', 'image/jpeg'],
  ['multipart/form-data; boundary=x', 'cat', 'application/octet-stream'],
  ['application/x-www-form-urlencoded', 'cat.jpg', 'image/jpeg'],
  ['image/*', 'cat.webp', 'image/webp'],
  ['*/*', 'cat', 'application/octet-stream'],
  ['text/plain', 'cat.jpg', 'image/jpeg'],
  ['text/plain', 'notes', 'text/plain'],
  ['text/plain; charset=utf-8', 'notes.txt', 'text/plain'],
  ['text/plain; charset=utf-8', 'notes', 'text/plain; charset=utf-8'],
  ['application/force-download', 'doc.pdf', 'application/pdf'],
  ['', 'cat.jpg', 'image/jpeg'],
  [null, 'cat.jpg', 'image/jpeg'],
  ['null', 'cat.jpg', 'image/jpeg'],
  ['jpeg', 'cat', 'application/octet-stream'],
  ['image/png', 'cat.jpg', 'image/png'],
  ['video/webm;codecs=vp8,opus', 'rec.webm', 'video/webm'],
  ['video/webm;codecs=vp9', 'rec.webm', 'video/webm; codecs=vp9'],
  ['text/html', 'cat.jpg', 'text/html'],
  ['image/svg+xml', 'cat.jpg', 'image/svg+xml'],
  ['constructor/prototype', 'x.constructor', 'constructor/prototype'],
  ['text/plain', 'x.constructor', 'text/plain'],
];

describe('contentTypeFor', () => {
  it.each(TYPES)('%j of %s is %s', (stated, name, type) => {
    expect(contentTypeFor(stated, name)).toBe(type);
  });

  it('applied twice changes nothing more', () => {
    const stated = fc.oneof(fc.string(), fc.constantFrom(...TYPES.map(([one]) => one ?? '')));
    const named = fc.oneof(fc.string(), fc.constantFrom(...TYPES.map(([, name]) => name)));
    fc.assert(
      fc.property(stated, named, (type, name) => {
        const once = contentTypeFor(type, name);
        expect(contentTypeFor(once, name)).toBe(once);
      }),
    );
  });
});

it('what phones record is shown in place, by the name of its extension', () => {
  for (const name of [
    'a.jpg',
    'a.m4a',
    'a.m4v',
    'a.mov',
    'a.mp3',
    'a.heic',
    'a.3gp',
    'a.wav',
    'a.amr',
    'a.aac',
  ]) {
    expect([name, isShownInline(contentTypeOf(name))]).toEqual([name, true]);
  }
});
