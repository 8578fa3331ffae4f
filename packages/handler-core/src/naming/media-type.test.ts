import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isActiveType, normaliseMediaType, parseMediaType } from './media-type.ts';

describe('normaliseMediaType', () => {
  it.each([
    ['image/png', 'image/png'],
    [' Image/PNG ', 'image/png'],
    ['text/plain;charset=UTF-8', 'text/plain; charset=UTF-8'],
    ['text/plain ; Charset="utf-8" ; charset=x', 'text/plain; charset=utf-8'],
    ['video/mp4; codecs="a;b \\"c\\" d"', 'video/mp4; codecs="a;b \\"c\\" d"'],
    ['text/plain;', 'text/plain'],
    [`a/b${'; '.repeat(120)}`, 'a/b'],
  ])('%s is written as %s', (text, written) => {
    expect(normaliseMediaType(text)).toBe(written);
  });

  it.each([
    '',
    'image',
    'image/',
    '/png',
    'image/png;,text/html',
    'image/png, text/html',
    'video/mp4; codecs="avc1, mp4a"',
    'text/plain\r\nx-other: 1',
    'text/plain\n',
    'text/plain; a="\u0000"',
    'text/plänn',
    'text/plain; =x',
    'text/plain; a=',
    'text/plain; a="b',
    'text/plain; a="b\\',
    'text/plain a=b',
    `a/${'b'.repeat(254)}`,
  ])('%j is refused', (text) => {
    expect(normaliseMediaType(text)).toBeNull();
  });

  it('is the same when it is written twice, and never has a comma or a control', () => {
    const near = fc.string({ unit: fc.constantFrom(...'aZ/;="\\ ,\t\n*+.-'), maxLength: 300 });
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), fc.boolean(), (rest, bare) => {
        const written = normaliseMediaType(bare ? rest : `text/plain;${rest}`);
        if (written === null) return;
        expect(normaliseMediaType(written)).toBe(written);
        expect(written).toMatch(/^[\x21-\x2b\x2d-\x7e][ -+\t\x2d-\x7e]*$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses what is over-long without looking into it', () => {
    expect(parseMediaType(`a/b${'; '.repeat(50_000_000)}`)).toBeNull();
  });
});

describe('isActiveType', () => {
  it.each([
    'text/html',
    'TEXT/HTML; charset=utf-8',
    'image/svg+xml',
    'application/xhtml+xml',
    'application/xml',
    'text/xml',
    'text/xsl',
    'text/javascript',
    'text/javascript1.5',
    'application/javascript;x=y',
    'image/png;,text/html',
    'nonsense',
  ])('%s is', (text) => {
    expect(isActiveType(text)).toBe(true);
  });

  it.each(['image/png', 'text/plain', 'application/pdf', 'application/json', 'video/mp4; codecs=avc1'])(
    '%s is not',
    (text) => {
      expect(isActiveType(text)).toBe(false);
    },
  );
});
