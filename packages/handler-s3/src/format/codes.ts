import type { TransferError } from '@mesibo-files/handler-core';
import {
  retryAfterOf,
  type StoreCodes,
  type StoreFailure,
  storeError,
} from '@mesibo-files/handler-core/provider';

/**
 * Error codes of Amazon S3 (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html), and the spellings
 * of Ceph, Swift, MinIO and others where they have their own.
 */
export const STORE_CODES: readonly StoreCodes[] = [
  { codes: ['RequestTimeTooSkewed', 'RequestInTheFuture'], means: 'skewed', error: 'clock-skewed' },
  {
    codes: [
      'ExpiredToken',
      'ExpiredTokenException',
      'RequestExpired',
      'ExpiredRequest',
      'TokenRefreshRequired',
    ],
    means: 'expired',
    error: 'request-expired',
  },
  // Someone may have replaced the key, or named the wrong region: the signer looks once more before it signs again.
  {
    codes: [
      'InvalidAccessKeyId',
      'XAdminUserNotFound',
      'InvalidToken',
      'InvalidTokenId',
      'InvalidClientTokenId',
      'UnrecognizedClientException',
      'AuthorizationHeaderMalformed',
      'AuthorizationQueryParametersError',
    ],
    means: 'expired',
    error: 'credentials-wrong',
  },
  {
    codes: ['SignatureDoesNotMatch', 'InvalidSecurity'],
    means: 'refused',
    error: 'credentials-wrong',
  },
  {
    codes: [
      'AccessDenied',
      'AllAccessDisabled',
      'AccountProblem',
      'NotSignedUp',
      'UserSuspended',
      'Forbidden',
    ],
    means: 'refused',
    error: 'access-denied',
  },
  {
    codes: [
      'KMS.DisabledException',
      'KMS.NotFoundException',
      'KMS.InvalidKeyUsageException',
      'KMS.AccessDeniedException',
    ],
    means: 'refused',
    error: 'access-denied',
  },
  {
    codes: ['PermanentRedirect', 'TemporaryRedirect', 'IllegalLocationConstraintException'],
    means: 'expired',
    error: 'bucket-not-found',
  },
  { codes: ['NoSuchBucket', 'InvalidBucketName'], means: 'refused', error: 'bucket-not-found' },
  { codes: ['InvalidObjectState'], means: 'refused', error: 'object-archived' },
  { codes: ['NoSuchUpload'], means: 'gone', error: 'upload-gone' },
  { codes: ['NoSuchKey', 'NoSuchVersion'], means: 'gone', error: 'object-not-found' },
  {
    codes: [
      'BadDigest',
      'InvalidDigest',
      'XAmzContentChecksumMismatch',
      'XAmzContentSHA256Mismatch',
      'IncompleteBody',
    ],
    means: 'corrupt',
    error: 'digest-mismatch',
  },
  {
    codes: ['EntityTooLarge', 'MaxMessageLengthExceeded', 'XMinioObjectTooLarge'],
    means: 'refused',
    error: 'file-too-large',
  },
  { codes: ['EntityTooSmall'], means: 'refused', error: 'size-mismatch' },
  {
    codes: [
      'QuotaExceeded',
      'XMinioAdminBucketQuotaExceeded',
      'XMinioStorageFull',
      'InsufficientStorage',
      'StorageQuotaExceeded',
      'InsufficientCapacity',
      'ServiceQuotaExceededException',
    ],
    means: 'refused',
    error: 'quota-exceeded',
  },
  {
    codes: [
      'SlowDown',
      'Throttling',
      'ThrottlingException',
      'TooManyRequests',
      'RequestLimitExceeded',
      'KMS.ThrottlingException',
    ],
    means: 'retry',
    error: 'throttled',
  },
  { codes: ['RequestTimeout'], means: 'retry', error: 'timeout' },
  {
    codes: ['ConditionalRequestConflict', 'OperationAborted', 'InternalError', 'ServiceUnavailable', 'Busy'],
    means: 'retry',
    error: 'server-error',
  },
  { codes: ['NotImplemented', 'MethodNotAllowed'], means: 'refused', error: 'unsupported' },
];

/** Refusals of the key itself or of its session: another key may be at hand by now. */
const CREDENTIAL_CODES: readonly string[] = [
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
  'InvalidAccessKeyId',
  'XAdminUserNotFound',
  'InvalidToken',
  'InvalidTokenId',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
];

export function isCredentialCode(code: string): boolean {
  return CREDENTIAL_CODES.includes(code);
}

/** Refusals after which the bucket is looked for in the region that the answer names. */
const REGION_CODES: readonly string[] = [
  'PermanentRedirect',
  'TemporaryRedirect',
  'IllegalLocationConstraintException',
  'AuthorizationHeaderMalformed',
  'AuthorizationQueryParametersError',
];

export function isRegionCode(code: string): boolean {
  return REGION_CODES.includes(code);
}

/**
 * The region that a refusal names as the bucket's, or null. A HEAD has no body, and so no code: of one with a redirect or
 * a 400 the header alone tells.
 */
export function regionOf(error: unknown): string | null {
  const { name, status } = readFailure(error);
  if (!isRegionCode(name) && status !== 301 && status !== 307 && status !== 400) return null;
  const header = at(at(at(error, '$response'), 'headers'), 'x-amz-bucket-region');
  if (typeof header === 'string') return header;
  return isRegionCode(name) ? textAt(error, 'Region') : null;
}

/** Reads what can be told of an error, whatever it is. */
export function readFailure(error: unknown): StoreFailure {
  const status = numberAt(error, '$metadata', 'httpStatusCode');
  const headers = at(at(error, '$response'), 'headers');
  const answered = status ?? numberAt(error, '$response', 'statusCode');
  const name = answered === null ? (textAt(error, 'code') ?? textAt(error, 'name')) : textAt(error, 'name');
  const requestId = at(at(error, '$metadata'), 'requestId');
  // Swift's word for a condition that does not hold when parts are put together.
  const condition = answered === 412 && name === 'InvalidRequest';
  return {
    name: condition ? 'PreconditionFailed' : (name ?? 'Error'),
    status: answered,
    requestId: typeof requestId === 'string' ? requestId : null,
    retryAfter: retryAfterOf(at(headers, 'retry-after')),
  };
}

/** What is behind a 501 on most stores. */
const UNKNOWN_HEADER =
  'Leave out options that this store does not know: tags, objectLock, storageClass, encryption, a checksum other than md5. `mesibo-files doctor` tries what it takes.';

/** The error of a call of the SDK that failed. `doing` says what was asked for, as in `listing the parts`. */
export function transferError(failure: StoreFailure, doing: string): TransferError {
  return storeError(STORE_CODES, failure, doing, failure.status === 501 ? { hint: UNKNOWN_HEADER } : {});
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function numberAt(value: unknown, outer: string, inner: string): number | null {
  const found = at(at(value, outer), inner);
  return typeof found === 'number' ? found : null;
}

function textAt(value: unknown, name: string): string | null {
  const found = at(value, name);
  return typeof found === 'string' && found !== '' ? found : null;
}
