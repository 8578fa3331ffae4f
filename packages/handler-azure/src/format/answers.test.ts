import type { AnswerReading, AnswerRule } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import { downloadAnswers, uploadAnswers } from './answers.ts';

/** The port's own words: every source that yields text is a code, and the first rule that fits counts. */
function read(reading: AnswerReading, status: number, body: string): AnswerRule | undefined {
  const text = (after: string, before: string): string | undefined => body.split(after)[1]?.split(before)[0];
  const codes = reading.code.map((source) =>
    source.in === 'body' ? text(source.after, source.before) : undefined,
  );
  return reading.rules.find((rule) => {
    const [first, last] = typeof rule.status === 'number' ? [rule.status, rule.status] : rule.status;
    const fits = rule.codes?.some((code) => codes.includes(code)) ?? true;
    return status >= first && status <= last && fits;
  });
}
const error = (code: string, more = ''): string =>
  `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>text</Message>${more}</Error>`;
const detail = (text: string): string => `<AuthenticationErrorDetail>${text}</AuthenticationErrorDetail>`;
const OVER = detail('Signature not valid in the specified time frame: Start [a] - Expiry [b] - Current [c]');
const KEY_OVER = detail(
  'Signature not valid in the specified key time frame: Start [a] - Expiry [b] - Current [c]',
);
const WRONG = detail('Signature did not match. String to sign used was c: d');

describe('how answers are read', () => {
  it.each<[string, number, string, string, string]>([
    ['expired', 403, error('AuthenticationFailed', OVER), 'expired', 'request-expired'],
    [
      'a delegation key that is over',
      403,
      error('AuthenticationFailed', KEY_OVER),
      'expired',
      'request-expired',
    ],
    ['a wrong key', 403, error('AuthenticationFailed', WRONG), 'refused', 'credentials-wrong'],
    ['a firewall', 403, error('AuthorizationFailure'), 'refused', 'access-denied'],
    ['a missing role', 403, error('AuthorizationPermissionMismatch'), 'refused', 'access-denied'],
    ['keys forbidden', 403, error('KeyBasedAuthenticationNotPermitted'), 'refused', 'access-denied'],
    ['container', 404, error('ContainerNotFound'), 'refused', 'bucket-not-found'],
    ['blob', 404, error('BlobNotFound'), 'gone', 'object-not-found'],
    ['MD5', 400, error('Md5Mismatch'), 'corrupt', 'digest-mismatch'],
    ['CRC-64', 400, error('Crc64Mismatch'), 'corrupt', 'digest-mismatch'],
    ['large', 413, error('RequestBodyTooLarge'), 'refused', 'file-too-large'],
    ['busy', 503, error('ServerBusy'), 'retry', 'throttled'],
    ['slow', 500, error('OperationTimedOut'), 'retry', 'timeout'],
    ['broken', 500, error('InternalError'), 'retry', 'server-error'],
  ])('%s, up and down', (_, status, body, means, code) => {
    for (const reading of [uploadAnswers(false), downloadAnswers(false)]) {
      expect(read(reading, status, body)).toMatchObject({ means, error: code });
    }
  });

  it('reads what is there already as exists, however it is told', () => {
    expect(read(uploadAnswers(false), 409, error('BlobAlreadyExists'))?.means).toBe('exists');
    expect(read(uploadAnswers(false), 403, error('UnauthorizedBlobOverwrite'))?.means).toBe('exists');
    expect(read(uploadAnswers(false), 412, error('ConditionNotMet'))?.means).toBe('exists');
    expect(read(downloadAnswers(false), 412, error('ConditionNotMet'))?.means).toBe('changed');
  });

  it('knows how Azurite differs, and believes it of Azurite alone', () => {
    expect(read(uploadAnswers(true), 403, error('AuthorizationFailure'))?.means).toBe('expired');
    expect(read(uploadAnswers(true), 403, error('AuthorizationPermissionMismatch'))?.means).toBe('exists');
  });

  it('is data', () => {
    const all = [true, false].flatMap((azurite) => [uploadAnswers(azurite), downloadAnswers(azurite)]);
    expect(JSON.parse(JSON.stringify(all))).toEqual(all);
  });
});
