import { type AnswerReading, type ReadAnswer, readAnswer } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import { DOWNLOAD_ANSWERS, PART_ANSWERS, SINGLE_ANSWERS } from './answers.ts';

function read(reading: AnswerReading, status: number, body = '', header?: string): ReadAnswer {
  return readAnswer(reading, { status, headers: header === undefined ? {} : { [header]: '"1"' }, body }, 0);
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
    [
      'expired, versitygw and Aliyun',
      403,
      error('AccessDenied', 'Request has expired.'),
      'expired',
      undefined,
    ],
    ['expired, R2', 403, error('ExpiredRequest'), 'expired', 'request-expired'],
    ['expired, Wasabi', 400, error('RequestExpired'), 'expired', 'request-expired'],
    ['token to be refreshed', 400, error('TokenRefreshRequired'), 'expired', 'request-expired'],
    // The signer looks for another key, or another region, once; then the code of the error counts.
    ['key', 403, error('InvalidAccessKeyId'), 'expired', 'credentials-wrong'],
    ['key, versitygw', 404, error('XAdminUserNotFound'), 'expired', 'credentials-wrong'],
    ['elsewhere', 301, error('PermanentRedirect'), 'expired', 'bucket-not-found'],
    ['elsewhere for now', 307, error('TemporaryRedirect'), 'expired', 'bucket-not-found'],
    ['no condition', 501, error('NotImplemented'), 'expired', 'unsupported'],
    ['unknown code', 404, error('SomethingElse'), 'refused', 'store-refused'],
    ['archived', 403, error('InvalidObjectState'), 'refused', 'object-archived'],
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
    expect(read(PART_ANSWERS, 200).means).toBe('done');
  });

  it('is data', () => {
    for (const reading of [SINGLE_ANSWERS, PART_ANSWERS, DOWNLOAD_ANSWERS]) {
      expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
    }
  });
});
