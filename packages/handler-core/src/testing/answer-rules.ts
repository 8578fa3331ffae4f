import type { AnswerReading, AnswerRule } from '../signer/answer.ts';

const COMMON: readonly AnswerRule[] = [
  { status: 403, codes: ['ExpiredRequest'], means: 'expired' },
  { status: 403, codes: ['RequestTimeTooSkewed'], means: 'skewed' },
  { status: 403, codes: ['SignatureDoesNotMatch'], means: 'refused', error: 'credentials-wrong' },
  { status: 404, codes: ['NoSuchBucket'], means: 'refused', error: 'bucket-not-found' },
  { status: 404, codes: ['NoSuchKey'], means: 'gone', error: 'object-not-found' },
  { status: 404, codes: ['NoSuchUpload'], means: 'gone', error: 'upload-gone' },
  { status: 503, codes: ['SlowDown'], means: 'retry', error: 'throttled' },
];

const CODE: Pick<AnswerReading, 'code' | 'time'> = {
  // An answer to HEAD has no body, so the code stands in a header too.
  code: [
    { in: 'body', after: '<Code>', before: '</Code>' },
    { in: 'header', name: 'x-memory-error' },
  ],
  time: [{ in: 'body', after: '<ServerTime>', before: '</ServerTime>' }],
};

/** How to read the memory store's answers to uploads of every shape. */
export const UPLOAD_ANSWERS: AnswerReading = {
  ...CODE,
  rules: [
    ...COMMON,
    { status: 308, means: 'more' },
    { status: [200, 204], header: { name: 'upload-complete', value: '?1' }, means: 'done' },
    { status: [200, 204], header: { name: 'upload-offset' }, means: 'more' },
    { status: 409, header: { name: 'upload-offset' }, means: 'more' },
    { status: 400, codes: ['BadDigest', 'IncompleteBody'], means: 'corrupt' },
    { status: 412, means: 'exists' },
    { status: 413, means: 'refused', error: 'file-too-large' },
    { status: 507, means: 'refused', error: 'quota-exceeded' },
  ],
};

/** How to read its answers to downloads. */
export const READ_ANSWERS: AnswerReading = {
  ...CODE,
  rules: [...COMMON, { status: 412, means: 'changed' }, { status: 416, means: 'changed' }],
};
