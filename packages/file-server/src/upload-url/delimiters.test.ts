import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOf, Delimiters } from './delimiters.ts';

/** The body with its delimiters as `{open}` and `{close}`, fed in pieces of this size. */
function translated(body: string, size: number, boundary = 'BOUND'): string {
  const delimiters = new Delimiters(boundary);
  const bytes = Buffer.from(body, 'latin1');
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    // The socket uses its memory again.
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    out.push(...delimiters.take(chunk).map((piece) => Buffer.from(piece)));
    chunk.fill(0);
  }
  out.push(...delimiters.end());
  return Buffer.concat(out)
    .toString('latin1')
    .replaceAll(`\r\n--${delimiters.boundary}--\r\n`, '{close}')
    .replaceAll(`\r\n--${delimiters.boundary}\r\n`, '{open}');
}

describe.each([1, 2, 3, 7, 1000])('in pieces of %d', (size) => {
  it.each([
    ['--BOUND\r\nx\r\n--BOUND--\r\n', '{open}x{close}'],
    ['--BOUND\r\nx\r\n--BOUND--', '{open}x{close}'],
    ['--BOUND \t\r\nx\r\n--BOUND--  \r\nepilogue', '{open}x{close}'],
    ['preamble\r\n--BOUND\r\nx\r\n--BOUND\r\ny\r\n--BOUND--\r\n', '\r\npreamble{open}x{open}y{close}'],
    ['--BOUND\r\na\r\n--BOUNDARY\r\nb\r\n--BOUND--\r\n', '{open}a\r\n--BOUNDARY\r\nb{close}'],
    ['--BOUND\r\na\r\n--BOUND b\r\n--BOUND--\r\n', '{open}a\r\n--BOUND b{close}'],
    ['--BOUND\r\na\r\n--BOUND-\r\n--BOUND--\r\n', '{open}a\r\n--BOUND-{close}'],
    ['--BOUND\r\na\r\n--BOUND--b\r\n--BOUND--\r\n', '{open}a\r\n--BOUND--b{close}'],
    ['--BOUND\r\na\r\n--BOUND\n\r\n--BOUND--\r\n', '{open}a\r\n--BOUND\n{close}'],
    ['--BOUND\r\na\r\n--BOUND\r\r\n--BOUND--\r\n', '{open}a\r\n--BOUND\r{close}'],
    ['--BOUND\r\na\n--BOUND\r\n\r\n--BOUND--\r\n', '{open}a\n--BOUND\r\n{close}'],
    ['--BOUND\r\n\r\n--BOUND\r\n\r\n--BOUND--\r\n', '{open}{open}{close}'],
    [
      `--BOUND\r\na\r\n--BOUND${' '.repeat(100)}\r\n--BOUND--\r\n`,
      `{open}a\r\n--BOUND${' '.repeat(100)}{close}`,
    ],
    ['--BOUND\r\na\r\n--BOUN', '{open}a\r\n--BOUN'],
    ['--BOUND\r\na\r\n--BOUND', '{open}a\r\n--BOUND'],
    ['--BOUND\r\na\r\n--BOUND-', '{open}a\r\n--BOUND-'],
  ])('%j', (body, expected) => {
    expect(translated(body, size)).toBe(expected);
  });
});

it('passes any content on as it is, however it is cut', () => {
  const like = fc.array(
    fc.constantFrom('\r\n', '\r', '\n', '-', '--', '--B', '\r\n--B', '\r\n--Bx', ' ', 'x', 'B'),
    {
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(like, fc.integer({ min: 1, max: 20 }), (pieces, size) => {
      const content = pieces.join('');
      fc.pre(!/\r\n--B(--)?[ \t]*\r\n/.test(`\r\n${content}\r\n`));
      expect(translated(`--B\r\n${content}\r\n--B--\r\n`, size, 'B')).toBe(`{open}${content}{close}`);
    }),
    { numRuns: 3000 },
  );
});

it.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['Multipart/Form-Data ; charset=x; Boundary="a b"', 'a b'],
  ['multipart/form-data; boundary=----=_Part/1:2', '----=_Part/1:2'],
  ['multipart/form-data', null],
  ['multipart/form-data; boundary=', ''],
  ['multipart/form-data; boundary=""', ''],
  ['multipart/form-data; boundary=a\r\nb', null],
  ['multipart/mixed; boundary=abc', null],
  [`multipart/form-data; boundary=${'a'.repeat(201)}`, null],
])('the boundary of %j is %j', (type, boundary) => {
  expect(boundaryOf(type)).toBe(boundary);
});
