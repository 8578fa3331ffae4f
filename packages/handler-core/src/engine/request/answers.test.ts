import { describe, expect, it } from 'vitest';
import type { AnswerReading, AnswerRule } from '../../signer/answer.ts';
import { answerError, readAnswer } from './answers.ts';

const NOW = Date.UTC(2026, 0, 2, 12);

function read(
  status: number,
  {
    rules = [],
    headers = {},
    body = '',
    ...more
  }: Partial<AnswerReading> & {
    readonly rules?: readonly AnswerRule[];
    readonly headers?: Record<string, string>;
    readonly body?: string;
  } = {},
) {
  return readAnswer({ code: [], rules, ...more }, { status, headers, body }, NOW);
}

describe('rules', () => {
  it('count in order, the first that fits, before the rules of HTTP', () => {
    const rules: AnswerRule[] = [
      { status: 403, codes: ['Expired'], means: 'expired' },
      { status: [400, 499], means: 'corrupt' },
      { status: 403, means: 'refused' },
    ];
    const code = [{ in: 'header', name: 'X-Code' }] as const;
    expect(read(403, { rules, code, headers: { 'x-code': 'Expired' } }).means).toBe('expired');
    expect(read(403, { rules, code, headers: { 'x-code': 'Other' } }).means).toBe('corrupt');
    expect(read(403, { rules, code })).toMatchObject({ means: 'corrupt', code: null });
    expect(read(500, { rules }).means).toBe('retry');
    expect([399, 400, 499].map((status) => read(status, { rules }).means)).toEqual([
      'refused',
      'corrupt',
      'corrupt',
    ]);
  });

  it('may want a header to be there, or to have a value, whatever its case', () => {
    const rules: AnswerRule[] = [
      { status: 200, header: { name: 'Upload-Complete', value: '?1' }, means: 'done' },
      { status: 200, header: { name: 'X-State', value: 'OPEN' }, means: 'more' },
      { status: 200, header: { name: 'ETag' }, means: 'exists' },
      { status: 200, means: 'gone' },
    ];
    const means = (headers: Record<string, string>) => read(200, { rules, headers }).means;
    expect(means({ 'upload-complete': '?1' })).toBe('done');
    expect(means({ 'upload-complete': '?0' })).toBe('gone');
    expect(means({ 'x-state': 'open' })).toBe('more');
    expect(means({ etag: '' })).toBe('exists');
  });

  it('wants header and code together', () => {
    const rules: AnswerRule[] = [{ status: 400, header: { name: 'a' }, codes: ['X'], means: 'skewed' }];
    const code = [{ in: 'body', after: '<Code>', before: '</Code>' }] as const;
    expect(read(400, { rules, code, headers: { a: '' }, body: '<Code>X</Code>' }).means).toBe('skewed');
    expect(read(400, { rules, code, body: '<Code>X</Code>' }).means).toBe('refused');
    expect(read(400, { rules, code, headers: { a: '' } }).means).toBe('refused');
  });
});

it('finds codes between marks, in order of the sources, and none where a mark is missing', () => {
  const code = [
    { in: 'body', after: '<Code>', before: '</Code>' },
    { in: 'body', after: '"code":"', before: '"' },
    { in: 'header', name: 'x-code' },
  ] as const;
  const found = (body: string, headers = {}) => read(400, { code, body, headers }).code;
  expect(found('<Error><Code> NoSuchKey </Code><Code>Second</Code>')).toBe('NoSuchKey');
  expect(found('{"code":"gone"}', { 'x-code': 'header' })).toBe('gone');
  expect(found('<Code>cut off', { 'x-code': 'header' })).toBe('header');
  expect(found('</Code><Code>')).toBeNull();
  const second: AnswerRule[] = [{ status: 400, codes: ['header'], means: 'changed' }];
  const both = { rules: second, code, body: '<Code>A</Code>', headers: { 'x-code': 'header' } };
  expect(read(400, both)).toMatchObject({ means: 'changed', code: 'A' });
});

it.each([
  [200, 'done', 'internal'],
  [299, 'done', 'internal'],
  [302, 'refused', 'bad-answer'],
  [400, 'refused', 'store-refused'],
  [401, 'refused', 'unauthorised'],
  [403, 'refused', 'access-denied'],
  [404, 'gone', 'object-not-found'],
  [408, 'retry', 'timeout'],
  [410, 'gone', 'object-not-found'],
  [412, 'exists', 'object-exists'],
  [413, 'refused', 'file-too-large'],
  [429, 'retry', 'throttled'],
  [500, 'retry', 'server-error'],
  [503, 'retry', 'throttled'],
  [507, 'refused', 'quota-exceeded'],
  [599, 'retry', 'server-error'],
  [777, 'refused', 'store-refused'],
] as const)('HTTP itself says of %i: %s, %s', (status, means, error) => {
  expect(read(status)).toMatchObject({ means, error });
});

it('reads Retry-After in seconds and as a date, and nothing else', () => {
  const after = (value: string) => read(503, { headers: { 'retry-after': value } }).retryAfter;
  expect(after(' 120 ')).toBe(120_000);
  expect(after(new Date(NOW + 5000).toUTCString())).toBe(5000);
  expect(after(new Date(NOW - 5000).toUTCString())).toBe(0);
  expect([after('soon'), after('-1x'), read(503).retryAfter]).toEqual([null, null, null]);
});

it('reads the time of the store from the body, then from Date', () => {
  const time = [{ in: 'body', after: '<T>', before: '</T>' }] as const;
  const headers = { date: new Date(NOW).toUTCString() };
  const at = (body: string) => read(403, { time, headers, body }).storeTime;
  expect(at('<T>2026-05-01T00:00:00Z</T>')).toBe(Date.UTC(2026, 4, 1));
  expect([at('<T>noon</T>'), at('')]).toEqual([NOW, NOW]);
  expect(read(403, { time, body: '' }).storeTime).toBeNull();
});

it('makes errors that name the request and the code, with the wait that was asked for', () => {
  const code = [{ in: 'header', name: 'x-code' }] as const;
  const slow = read(503, { code, headers: { 'x-code': 'SlowDown', 'retry-after': '2' } });
  const error = answerError(slow, 503, 'part 3');
  expect(error).toMatchObject({ code: 'throttled', retryable: true, retryAfter: 2000 });
  expect(error.message).toBe('part 3: the store answered 503 (SlowDown)');
  const odd: AnswerRule[] = [{ status: 400, means: 'retry', error: 'store-refused' }];
  expect(answerError(read(400, { rules: odd }), 400, 'x').retryable).toBe(true);
  expect(answerError(read(400), 400, 'x')).toMatchObject({ retryable: false, retryAfter: undefined });
});

it('matches codes and sentences without case, blanks and the full stop at the end', () => {
  const code = [{ in: 'body', after: '<Message>', before: '</Message>' }] as const;
  const rules: AnswerRule[] = [{ status: 403, codes: ['Request has expired'], means: 'expired' }];
  const means = (text: string) => read(403, { code, rules, body: `<Message>${text}</Message>` }).means;
  for (const text of ['Request has expired', 'Request has expired.', ' request  has\nExpired. ']) {
    expect([text, means(text)]).toEqual([text, 'expired']);
  }
  for (const text of ['Request has not expired', 'Request has expired long ago', '.', '']) {
    expect([text, means(text)]).toEqual([text, 'refused']);
  }
});

it('never takes a code that no rule knows for "gone"', () => {
  const code = [{ in: 'body', after: '<Code>', before: '</Code>' }] as const;
  for (const status of [404, 410]) {
    const unknown = read(status, { code, body: '<Code>XAdminUserNotFound</Code>' });
    expect(unknown).toMatchObject({ means: 'refused', error: 'store-refused', code: 'XAdminUserNotFound' });
    expect(read(status, { code, body: 'nothing here' })).toMatchObject({ means: 'gone' });
  }
});
