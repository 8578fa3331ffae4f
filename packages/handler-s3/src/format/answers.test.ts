import type { AnswerReading, AnswerRule } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import { DOWNLOAD_ANSWERS, PART_ANSWERS, SINGLE_ANSWERS } from './answers.ts';

/** The port's own words: the first source that yields text is the code, and the first rule that fits counts. */
function read(reading: AnswerReading, status: number, body = '', header?: string): AnswerRule | undefined {
  const text = (after: string, before: string): string | undefined => body.split(after)[1]?.split(before)[0];
  const found = reading.code.map((source) =>
    source.in === 'body' ? text(source.after, source.before) : undefined,
  );
  const code = found.find((one) => one);
  return reading.rules.find((rule) => {
    const [first, last] = typeof rule.status === 'number' ? [rule.status, rule.status] : rule.status;
    if (rule.header !== undefined && rule.header.name !== header) return false;
    return (
      status >= first && status <= last && (!rule.codes || (code !== undefined && rule.codes.includes(code)))
    );
  });
}
const error = (code: string, message = 'text', more = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`;
const requestId = '<RequestId>tx0001</RequestId>';

describe('how answers are read', () => {
  it.each<[string, number, string, string, string | undefined]>([
    [
      'expired, Amazon',
      403,
      error('AccessDenied', 'Request has expired', '<Expires>2026</Expires>'),
      'expired',
      undefined,
    ],
    ['expired, Ceph', 403, error('AccessDenied', '', requestId), 'expired', undefined],
    [
      'denied, Ceph',
      403,
      error('AccessDenied', '', `<BucketName>b</BucketName>${requestId}`),
      'refused',
      'access-denied',
    ],
    ['denied, Amazon', 403, error('AccessDenied', 'Access Denied', requestId), 'refused', 'access-denied'],
    ['too early, Amazon', 403, error('AccessDenied', 'Request is not yet valid'), 'skewed', undefined],
    ['too early, MinIO', 403, error('AccessDenied', 'Request is not valid yet'), 'skewed', undefined],
    ['skewed', 403, error('RequestTimeTooSkewed'), 'skewed', 'clock-skewed'],
    ['token over', 400, error('ExpiredToken'), 'expired', 'request-expired'],
    ['key', 403, error('InvalidAccessKeyId'), 'refused', 'credentials-wrong'],
    ['secret', 403, error('SignatureDoesNotMatch'), 'refused', 'credentials-wrong'],
    ['bucket', 404, error('NoSuchBucket'), 'refused', 'bucket-not-found'],
    ['upload', 404, error('NoSuchUpload'), 'gone', 'upload-gone'],
    ['object', 404, error('NoSuchKey'), 'gone', 'object-not-found'],
    ['digest', 400, error('BadDigest'), 'corrupt', 'digest-mismatch'],
    ['checksum', 400, error('XAmzContentChecksumMismatch'), 'corrupt', 'digest-mismatch'],
    ['cut off', 400, error('IncompleteBody'), 'corrupt', 'digest-mismatch'],
    ['slow client', 400, error('RequestTimeout'), 'retry', 'timeout'],
    ['busy', 503, error('SlowDown'), 'retry', 'throttled'],
    ['race', 409, error('ConditionalRequestConflict'), 'retry', 'server-error'],
    ['quota', 403, error('QuotaExceeded'), 'refused', 'quota-exceeded'],
    ['large', 400, error('EntityTooLarge'), 'refused', 'file-too-large'],
    ['large, no body', 413, '', 'refused', 'file-too-large'],
  ])('%s, up and down', (_, status, body, means, code) => {
    for (const reading of [SINGLE_ANSWERS, PART_ANSWERS, DOWNLOAD_ANSWERS]) {
      if (reading === DOWNLOAD_ANSWERS && status === 413) continue;
      expect(read(reading, status, body)).toMatchObject({
        means,
        ...(code === undefined ? {} : { error: code }),
      });
    }
  });

  it('reads a failed condition by what it was for', () => {
    expect(read(SINGLE_ANSWERS, 412, error('PreconditionFailed'))?.means).toBe('exists');
    expect(read(PART_ANSWERS, 412, error('PreconditionFailed'))?.means).toBe('exists');
    expect(read(DOWNLOAD_ANSWERS, 412, error('PreconditionFailed'))?.means).toBe('changed');
    expect(read(DOWNLOAD_ANSWERS, 416, error('InvalidRange'))?.means).toBe('refused');
  });

  it('believes no 200 that is of no store, where the commit would not ask', () => {
    expect(read(SINGLE_ANSWERS, 200, '', 'etag')?.means).toBe('done');
    expect(read(SINGLE_ANSWERS, 200, '<html>Sign in</html>')?.means).toBe('exists');
    expect(read(PART_ANSWERS, 200)).toBeUndefined();
  });

  it('is data', () => {
    for (const reading of [SINGLE_ANSWERS, PART_ANSWERS, DOWNLOAD_ANSWERS]) {
      expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
    }
  });
});
