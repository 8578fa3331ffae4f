import { storeError } from '@mesibo-files/handler-core/provider';
import { describe, expect, it } from 'vitest';
import { answerFailure, codeOf, readFailure, STORE_CODES } from './codes.ts';

const answered = (status: number, data: unknown, headers: Record<string, string> = {}): Error =>
  Object.assign(new Error('text'), { response: { status, data, headers } });

describe('errors of the store and of the libraries', () => {
  it.each<[string, unknown, string | null]>([
    ['XML', '<Error><Code>NoSuchKey</Code></Error>', 'NoSuchKey'],
    ['JSON API', '{"error":{"code":403,"errors":[{"reason":"forbidden"}]}}', 'forbidden'],
    ['JSON API, parsed', { error: { errors: [{ reason: 'authError' }] } }, 'authError'],
    ['IAM', { error: { code: 403, status: 'PERMISSION_DENIED' } }, 'PERMISSION_DENIED'],
    ['token endpoint', { error: 'invalid_grant', error_description: 'Invalid JWT' }, 'invalid_grant'],
    ['a page', '<html>sign in</html>', null],
    ['half of an answer', '{"error":', null],
    ['nothing', undefined, null],
  ])('the code of an answer: %s', (_, body, code) => {
    expect(codeOf(body)).toBe(code);
  });

  it.each<[unknown, string]>([
    [Object.assign(new Error('x'), { code: 'ENOTFOUND' }), 'host-not-found'],
    [Object.assign(new Error('x'), { code: 'ECONNRESET' }), 'network'],
    [Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }), 'tls'],
    [Object.assign(new Error('x'), { error: { type: 'request-timeout', name: 'FetchError' } }), 'timeout'],
    [Object.assign(new Error('x'), { error: { code: 'ERR_STREAM_PREMATURE_CLOSE' } }), 'network'],
    [answered(429, ''), 'throttled'],
    [answered(503, ''), 'throttled'],
    [answered(500, ''), 'server-error'],
    [answered(403, '{"error":{"errors":[{"reason":"rateLimitExceeded"}]}}'), 'throttled'],
    [answered(403, '{"error":{"errors":[{"reason":"userProjectMissing"}]}}'), 'access-denied'],
    [answered(401, '{"error":{"errors":[{"reason":"authError"}]}}'), 'credentials-wrong'],
    [answered(400, { error: 'invalid_grant' }), 'credentials-wrong'],
    [new Error('no reason at all'), 'internal'],
    ['not even an error', 'internal'],
  ])('%# becomes %s', (error, code) => {
    expect(storeError(STORE_CODES, readFailure(error), 'testing').code).toBe(code);
  });

  it('carries nothing of the request, and no upload id of a session', () => {
    const secret = 'the-secret-itself';
    const error = Object.assign(answered(403, '<Error><Code>AccessDenied</Code></Error>'), {
      config: { url: `https://x?upload_id=${secret}`, headers: { Authorization: secret } },
    });
    const told = storeError(STORE_CODES, readFailure(error), 'testing');
    expect(JSON.stringify([told, told.message, told.stack, String(told.cause)])).not.toContain(secret);
    const headers = { 'x-guploader-uploadid': secret };
    expect(answerFailure(403, headers, '', true).requestId).toBeNull();
    expect(answerFailure(403, headers, '').requestId).toBe(secret);
  });

  it('obeys Retry-After', () => {
    expect(readFailure(answered(503, '', { 'retry-after': '7' })).retryAfter).toBe(7000);
  });
});
