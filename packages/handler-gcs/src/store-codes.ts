import type { StoreCodes } from '@mesibo-files/handler-core/provider';

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
  { codes: ['BadDigest', 'InvalidDigest', 'IncompleteBody'], means: 'corrupt', error: 'digest-mismatch' },
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
