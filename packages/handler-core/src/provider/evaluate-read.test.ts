import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateRead, type ReadOutcome, type ReadTarget } from './evaluate-read.ts';

const target: ReadTarget = { size: 10, etag: '"a"', modified: Date.UTC(2026, 10, 20, 12, 0, 0, 500) };

function outcome(headers: Readonly<Record<string, string>>, method = 'GET', more = {}): ReadOutcome {
  return evaluateRead({ method, header: (name) => headers[name] }, { ...target, ...more });
}

// Each single answer is in the table of requests of the file server's tests, where real servers answer them.
describe('a range', () => {
  it('gives what slice gives', () => {
    const bound = fc.option(fc.nat(30), { nil: undefined });
    fc.assert(
      fc.property(fc.nat(20), bound, bound, (size, from, to) => {
        const file = Array.from({ length: size }, (_, at) => at);
        const wanted =
          from === undefined
            ? to === undefined
              ? null
              : file.slice(-to || size)
            : file.slice(from, to === undefined ? size : to + 1);
        const { status, range, headers } = outcome({ range: `bytes=${from ?? ''}-${to ?? ''}` }, 'GET', {
          size,
        });
        const bytes = file.slice(range.first, range.end);
        if (status === 206) {
          expect(bytes).toEqual(wanted);
          expect(bytes).not.toHaveLength(0);
          expect(headers).toEqual({
            'content-length': String(bytes.length),
            'content-range': `bytes ${bytes[0]}-${bytes.at(-1)}/${size}`,
          });
        } else if (status === 200) {
          expect([size, bytes]).toEqual([0, []]);
        } else {
          expect([status, wanted ?? []]).toEqual([416, []]);
          expect(headers).toEqual({ 'content-range': `bytes */${size}` });
        }
      }),
    );
  });

  it('of several that have bytes gets the whole, whatever their number', () => {
    expect(outcome({ range: `bytes=${'0-0,'.repeat(10_000)}1-1` })).toMatchObject({ status: 200 });
  });

  it('means nothing where none are served', () => {
    expect(outcome({ range: 'bytes=2-5' }, 'GET', { ranges: false })).toMatchObject({ status: 200 });
    expect(outcome({ range: 'bytes=99-' }, 'GET', { ranges: false })).toMatchObject({ status: 200 });
  });

  it('of any text is judged, and stays inside of the file', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'0123456789-,=bytes ;"') }),
        fc.nat(12),
        (text, size) => {
          const { first, end } = outcome({ range: `bytes=${text}` }, 'GET', { size }).range;
          expect([first >= 0, first <= end, end <= size]).toEqual([true, true, true]);
        },
      ),
    );
  });
});

describe('a date', () => {
  it.each(['Fri, 20 Nov 2026 12:00:00 GMT', 'Friday, 20-Nov-26 12:00:00 GMT', 'Fri Nov 20 12:00:00 2026'])(
    'is read in each form of HTTP: %s',
    (date) => {
      expect(outcome({ 'if-modified-since': date }).status).toBe(304);
      expect(outcome({ 'if-unmodified-since': date }).status).toBe(200);
      expect(outcome({ 'if-range': date, range: 'bytes=0-0' }).status).toBe(206);
    },
  );

  it.each(['2099', '1', 'no date 5', '2026-11-20T12:00:00Z', 'Fri, 20 Nov 2099 12:00:00 +0100', ''])(
    'in no form of HTTP counts as not stated: %s',
    (date) => {
      expect(outcome({ 'if-modified-since': date }).status).toBe(200);
      expect(outcome({ 'if-unmodified-since': date }).status).toBe(200);
      expect(outcome({ 'if-range': date, range: 'bytes=0-0' }).status).toBe(200);
    },
  );

  it('counts for nothing where the file has none', () => {
    const date = new Date(0).toUTCString();
    expect(outcome({ 'if-unmodified-since': date }, 'GET', { modified: null }).status).toBe(200);
    expect(outcome({ 'if-modified-since': date }, 'GET', { modified: null }).status).toBe(200);
  });
});

describe('a file with no tag', () => {
  it('matches none, and any', () => {
    expect(outcome({ 'if-match': '"a"' }, 'GET', { etag: null }).status).toBe(412);
    expect(outcome({ 'if-match': '*' }, 'GET', { etag: null }).status).toBe(200);
    expect(outcome({ 'if-none-match': '"a"' }, 'GET', { etag: null }).status).toBe(200);
    expect(outcome({ 'if-range': '"a"', range: 'bytes=0-0' }, 'GET', { etag: null }).status).toBe(200);
  });
});
