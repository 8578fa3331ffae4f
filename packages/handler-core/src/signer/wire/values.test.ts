import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mediaType, mid } from './values.ts';

function takes(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

describe('the schema of a media type', () => {
  it('takes what the reader takes', () => {
    const pattern = new RegExp(String(mediaType.schema.pattern));
    const near = fc
      .array(
        fc.constantFrom(
          'a',
          '/',
          ';',
          '=',
          '"',
          '\\',
          ' ',
          '\t',
          ',',
          '\n',
          'é',
          '*',
          'b/c',
          '; a=b',
          '="x y"',
        ),
        {
          maxLength: 14,
        },
      )
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          near,
          near.map((rest) => `text/plain${rest}`),
        ),
        (text) => {
          expect([text, pattern.test(text)]).toEqual([text, takes(() => mediaType(text, ''))]);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('the id of a message', () => {
  it('is read as 64 bits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
        expect(mid(String(value), '')).toBe(BigInt.asUintN(64, value));
      }),
    );
    for (const wrong of ['', '+1', '1e3', String(2n ** 64n), String(-(2n ** 63n) - 1n), 7, null]) {
      expect([wrong, takes(() => mid(wrong, ''))]).toEqual([wrong, false]);
    }
  });
});
