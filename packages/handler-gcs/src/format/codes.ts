import { retryAfterOf, type StoreCodes, type StoreFailure } from '@mesibo-files/handler-core/provider';
import { textOf } from './xml.ts';

/**
 * Error codes of the XML API, in capitals (https://cloud.google.com/storage/docs/xml-api/reference-status), reasons of
 * the JSON API (https://cloud.google.com/storage/docs/json_api/v1/status-codes), statuses of the IAM API, and codes of
 * the token endpoint (RFC 6749).
 */
export const STORE_CODES: readonly StoreCodes[] = [
  { codes: ['RequestTimeTooSkewed'], means: 'skewed', error: 'clock-skewed' },
  { codes: ['ExpiredToken', 'RequestExpired'], means: 'expired', error: 'request-expired' },
  {
    codes: [
      'SignatureDoesNotMatch',
      'InvalidAccess',
      'InvalidAccessKeyId',
      'InvalidSecurity',
      'InvalidToken',
      'MalformedSecurityHeader',
      'AuthenticationRequired',
      'authError',
      'UNAUTHENTICATED',
      'invalid_client',
      'invalid_grant',
      'unauthorized_client',
      'deleted_client',
      'disabled_client',
    ],
    means: 'refused',
    error: 'credentials-wrong',
  },
  {
    codes: [
      'AccessDenied',
      'AccountProblem',
      'NotSignedUp',
      'UserAccountProblem',
      'UserProjectAccessDenied',
      'UserProjectAccountProblem',
      'UserProjectInvalid',
      'UserProjectMissing',
      'KmsKeyAccessDenied',
      'accountDisabled',
      'forbidden',
      'insufficientPermissions',
      'PERMISSION_DENIED',
      'access_denied',
      'admin_policy_enforced',
      'invalid_scope',
    ],
    means: 'refused',
    error: 'access-denied',
  },
  { codes: ['NoSuchBucket', 'InvalidBucketName'], means: 'refused', error: 'bucket-not-found' },
  { codes: ['NoSuchUpload'], means: 'gone', error: 'upload-gone' },
  { codes: ['NoSuchKey', 'NoSuchVersion'], means: 'gone', error: 'object-not-found' },
  {
    codes: ['BadDigest', 'CrcMismatch', 'InvalidDigest', 'IncompleteBody'],
    means: 'corrupt',
    error: 'digest-mismatch',
  },
  {
    codes: ['EntityTooLarge', 'MaxMessageLengthExceeded', 'uploadTooLarge'],
    means: 'refused',
    error: 'file-too-large',
  },
  { codes: ['EntityTooSmall'], means: 'refused', error: 'size-mismatch' },
  { codes: ['QuotaExceeded', 'quotaExceeded'], means: 'refused', error: 'quota-exceeded' },
  {
    codes: [
      'SlowDown',
      'TooManyRequests',
      'RateLimitExceeded',
      'rateLimitExceeded',
      'userRateLimitExceeded',
      'RESOURCE_EXHAUSTED',
    ],
    means: 'retry',
    error: 'throttled',
  },
  { codes: ['RequestTimeout'], means: 'retry', error: 'timeout' },
  {
    codes: ['InternalError', 'ServiceUnavailable', 'OperationAborted', 'backendError', 'internalError'],
    means: 'retry',
    error: 'server-error',
  },
  { codes: ['NotImplemented', 'MethodNotAllowed'], means: 'refused', error: 'unsupported' },
];

/** Whether a 412 speaks of the request's own condition: policies of the organisation are answered 412, too. */
export function isCondition(code: string | null): boolean {
  return code === null || code === 'conditionNotMet' || code === 'PreconditionFailed';
}

/** Name of a refusal that carries no code of the store. */
const NO_CODE = 'UnknownError';

/** Reads what can be told of an error of Google's libraries, whatever it is. */
export function readFailure(error: unknown): StoreFailure {
  const response = at(error, 'response');
  const status = at(response, 'status');
  if (typeof status !== 'number')
    return { name: wayName(error), status: null, requestId: null, retryAfter: null };
  return answerFailure(status, headersOf(error), at(response, 'data'));
}

/** The headers of the answer that an error came with; none where there was no answer. */
export function headersOf(error: unknown): Readonly<Record<string, string>> {
  return plainHeaders(at(at(error, 'response'), 'headers'));
}

/** Headers as an object: Google's libraries give them so up to version 9, and as a `Headers` from version 10 on. */
export function plainHeaders(headers: unknown): Record<string, string> {
  const entries: unknown =
    isRecord(headers) && typeof headers.entries === 'function' ? headers.entries() : null;
  const pairs =
    entries === null ? Object.entries(Object(headers)) : [...(entries as Iterable<[string, unknown]>)];
  return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** Reads an answer that is a refusal. `secretId`: its upload id must not be told. */
export function answerFailure(
  status: number,
  headers: Readonly<Record<string, unknown>>,
  body: unknown,
  secretId = false,
): StoreFailure {
  // Not that of a session's answer: there it is the credential.
  const requestId = secretId ? null : headers['x-guploader-uploadid'];
  return {
    name: codeOf(body) ?? NO_CODE,
    status,
    requestId: typeof requestId === 'string' ? requestId : null,
    retryAfter: retryAfterOf(headers['retry-after']),
  };
}

/** The store's own code: an element of XML; a reason, a status or an OAuth error in JSON. */
export function codeOf(body: unknown): string | null {
  const found = typeof body === 'string' ? (parse(body) ?? body) : body;
  if (typeof found === 'string') return textOf(found, 'Code');
  const error = at(found, 'error');
  if (typeof error === 'string') return error;
  const errors = at(error, 'errors');
  const reason = at(Array.isArray(errors) ? errors[0] : undefined, 'reason');
  return firstText(reason, at(error, 'status'));
}

/** The name of a failure on the way: a system code where there is one. */
function wayName(error: unknown): string {
  const inner = at(error, 'error') ?? at(error, 'cause');
  if (at(inner, 'type') === 'request-timeout') return 'TimeoutError';
  const code = firstText(at(error, 'code'), at(inner, 'code'));
  // The library's word for a connection that closes within an answer.
  if (code?.startsWith('ERR_STREAM')) return 'FetchError';
  return code ?? firstText(at(inner, 'name'), at(error, 'name')) ?? 'Error';
}

function firstText(...values: readonly unknown[]): string | null {
  return values.find((value): value is string => typeof value === 'string' && value !== '') ?? null;
}

function parse(text: string): unknown {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function at(value: unknown, name: string): unknown {
  return isRecord(value) ? Reflect.get(value, name) : undefined;
}
