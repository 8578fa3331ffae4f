import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyName } from '../../test/any-name.ts';
import { contentDisposition, isShownInline } from './content-disposition.ts';

import { parseContentDisposition } from './parse-disposition.ts';
import { trueName } from './true-name.ts';

const OCTETS = 'application/octet-stream';

describe('contentDisposition', () => {
  it('comes back as the true name, in ASCII on one line of at most 6,144 bytes', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const value = contentDisposition(name, OCTETS);
        expect(value).toMatch(/^[\x20-\x7e]+$/);
        expect(value.length).toBeLessThanOrEqual(6144);
        expect(parseContentDisposition(value)).toBe(trueName(name));
      }),
      { numRuns: 500 },
    );
  });

  it.each(['写', '😀', 'я', 'a', '%', '"', 'ก'])('keeps 1,000 times %s', (character) => {
    const name = character.repeat(1000);
    expect(parseContentDisposition(contentDisposition(name, OCTETS))).toBe(name);
  });

  it('writes what other programs read', () => {
    expect(contentDisposition('a b.txt', 'text/plain')).toBe('attachment; filename="a b.txt"');
    expect(contentDisposition('€ rates.png', 'image/png')).toBe(
      'inline; filename="rates.png"; filename*=UTF-8\'\'%E2%82%AC%20rates.png',
    );
    expect(contentDisposition('a";x="y', OCTETS)).toBe(
      'attachment; filename="a-x-y"; filename*=UTF-8\'\'a%22%3Bx%3D%22y',
    );
    expect(contentDisposition("it's (1)*.txt", OCTETS)).toContain("UTF-8''it%27s%20%281%29%2A.txt");
  });

  it('shows only what can not run script', () => {
    const shown = ['image/png', 'IMAGE/JPEG; q=1', 'video/mp4', 'audio/ogg'];
    const kept = [
      'image/svg+xml',
      'text/html',
      'application/pdf',
      'application/xhtml+xml',
      'text/xml',
      'audio/x+xml',
      'video',
      '',
    ];
    expect(shown.filter(isShownInline)).toEqual(shown);
    expect(kept.filter(isShownInline)).toEqual([]);
  });
});

describe('parseContentDisposition', () => {
  const latin1 = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));
  it.each([
    ['attachment', null],
    ['attachment; filename=""', null],
    ['attachment; filename=x.txt', 'x.txt'],
    ['ATTACHMENT; FileName = "a\\"b.txt" ; x=1', 'a"b.txt'],
    ['filename=bare.txt', 'bare.txt'],
    ['attachment; filename="../../etc/passwd"', 'passwd'],
    ["attachment; filename*=UTF-8''..%2F..%2Fx", 'x'],
    ['attachment; filename="no"; filename*=utf-8\'en\'na%C3%AFve', 'naïve'],
    ["attachment; filename*=ISO-8859-1''na%EFve", 'naïve'],
    ["attachment; filename*=ISO-8859-1''%C3%A9", 'Ã©'],
    ["attachment; filename*=UTF-8''100%.txt", '100%.txt'],
    ['attachment; filename*=broken; filename="plain"', 'plain'],
    ['attachment; filename="a;b.txt"', 'a;b.txt'],
    ['attachment; name64=%%; filename="kept"', 'kept'],
    [`attachment; filename="${latin1('写真.jpg')}"`, '写真.jpg'],
    ['attachment; filename="naïve.txt"', 'naïve.txt'],
    ['attachment; filename="写真.jpg"', '写真.jpg'],
  ])('%j gives %j', (value, name) => expect(parseContentDisposition(value)).toBe(name));

  it('never throws and never gives a path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const value of [text, `attachment; filename*=${text}`, `attachment; filename="${text}"`]) {
          expect(parseContentDisposition(value) ?? 'x').not.toMatch(/[/\\]/);
        }
      }),
    );
  });
});
