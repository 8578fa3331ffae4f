import type { AnswerReading, AnswerRule } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import { DOWNLOAD_ANSWERS, PART_ANSWERS, SESSION_ANSWERS, SINGLE_ANSWERS } from './answers.ts';

/** The port's own words: the first source that yields text is the code, and the first rule that fits counts. */
function read(reading: AnswerReading, status: number, code = '', header?: string): AnswerRule | undefined {
  const body = code && `<?xml version='1.0'?><Error><Code>${code}</Code><Message>text</Message></Error>`;
  const found = reading.code.map((source) =>
    source.in === 'body' ? body.split(source.after)[1]?.split(source.before)[0] : undefined,
  );
  return reading.rules.find((rule) => {
    const [first, last] = typeof rule.status === 'number' ? [rule.status, rule.status] : rule.status;
    if (rule.header !== undefined && rule.header.name !== header) return false;
    return (
      status >= first && status <= last && (!rule.codes || rule.codes.some((one) => found.includes(one)))
    );
  });
}

describe('how answers are read', () => {
  it.each<[string, number, string, string, string | undefined]>([
    ['signature over', 400, 'ExpiredToken', 'expired', 'request-expired'],
    ['too early', 403, 'RequestTimeTooSkewed', 'skewed', 'clock-skewed'],
    ['wrong key', 403, 'SignatureDoesNotMatch', 'refused', 'credentials-wrong'],
    ['unknown account', 403, 'InvalidAccess', 'refused', 'credentials-wrong'],
    ['not allowed', 403, 'AccessDenied', 'refused', 'access-denied'],
    ['wrong project', 403, 'UserProjectAccessDenied', 'refused', 'access-denied'],
    ['no bucket', 404, 'NoSuchBucket', 'refused', 'bucket-not-found'],
    ['no upload', 404, 'NoSuchUpload', 'gone', 'upload-gone'],
    ['damaged', 400, 'BadDigest', 'corrupt', 'digest-mismatch'],
    ['too many bytes', 400, 'EntityTooLarge', 'refused', 'file-too-large'],
    ['too few bytes', 400, 'EntityTooSmall', 'refused', 'size-mismatch'],
    ['too fast', 429, 'SlowDown', 'retry', 'throttled'],
    ['failing', 503, 'ServiceUnavailable', 'retry', 'server-error'],
    ['there already', 412, 'PreconditionFailed', 'exists', undefined],
  ])('an upload: %s', (_, status, code, means, error) => {
    for (const reading of [SINGLE_ANSWERS, PART_ANSWERS]) {
      expect(read(reading, status, code)).toMatchObject({ means, ...(error ? { error } : {}) });
    }
  });

  it('a single request is done only where a generation says so', () => {
    expect(read(SINGLE_ANSWERS, 200, '', 'x-goog-generation')?.means).toBe('done');
    expect(read(SINGLE_ANSWERS, 200)?.means).toBe('exists');
  });

  it.each<[string, number, string, string | undefined]>([
    ['goes on', 308, '', 'more'],
    ['is complete', 200, '', 'done'],
    ['is complete', 201, '', 'done'],
    ['is unknown', 404, '', 'gone'],
    ['is over', 410, '', 'gone'],
    ['was cancelled', 499, '', 'gone'],
    ['was damaged, and takes nothing more', 400, 'BadDigest', 'gone'],
    ['finds an object there', 412, 'PreconditionFailed', 'exists'],
    ['is too long', 400, 'EntityTooLarge', 'refused'],
    ['fails: HTTP itself says so', 503, '', undefined],
  ])('a session that %s', (_, status, code, means) => {
    expect(read(SESSION_ANSWERS, status, code)?.means).toBe(means);
  });

  it('a download: overwritten, gone, beyond the end', () => {
    expect(read(DOWNLOAD_ANSWERS, 412, 'PreconditionFailed')?.means).toBe('changed');
    expect(read(DOWNLOAD_ANSWERS, 404, 'NoSuchKey')).toMatchObject({
      means: 'gone',
      error: 'object-not-found',
    });
    expect(read(DOWNLOAD_ANSWERS, 416)?.means).toBe('refused');
  });
});
