import type { TransferError } from '@mesibo-files/handler-core';
import {
  retryAfterOf,
  type StoreCodes,
  type StoreFailure,
  storeError,
  type TransferErrorOptions,
} from '@mesibo-files/handler-core/provider';

/** A time frame that does not hold, as Azure tells it in the detail beside AuthenticationFailed. */
const TIME_FRAMES: readonly string[] = ['specified time frame', 'specified key time frame'];

/**
 * Error codes of Azure: https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes and
 * https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes
 */
export const STORE_CODES: readonly StoreCodes[] = [
  { codes: TIME_FRAMES, means: 'expired', error: 'request-expired' },
  {
    codes: [
      'AuthenticationFailed',
      'InvalidAuthenticationInfo',
      'NoAuthenticationInformation',
      'AccountIsDisabled',
      'KeyVaultAccessTokenCannotBeAcquired',
    ],
    means: 'refused',
    error: 'credentials-wrong',
  },
  {
    codes: [
      'AuthorizationFailure',
      'AuthorizationPermissionMismatch',
      'AuthorizationProtocolMismatch',
      'AuthorizationResourceTypeMismatch',
      'AuthorizationServiceMismatch',
      'AuthorizationSourceIPMismatch',
      'InsufficientAccountPermissions',
      'KeyBasedAuthenticationNotPermitted',
      'PublicAccessNotPermitted',
      'UnauthorizedAccess',
      'BlobImmutableDueToPolicy',
      'BlobImmutableDueToLegalHold',
      'LeaseIdMissing',
      'ReadOnlyAttribute',
    ],
    means: 'refused',
    error: 'access-denied',
  },
  {
    codes: ['ContainerNotFound', 'ContainerBeingDeleted', 'ContainerDisabled', 'ResourceNotFound'],
    means: 'refused',
    error: 'bucket-not-found',
  },
  { codes: ['BlobNotFound'], means: 'gone', error: 'object-not-found' },
  {
    codes: ['BlobAlreadyExists', 'UnauthorizedBlobOverwrite', 'BlobOverwriteNotPermitted'],
    means: 'exists',
    error: 'object-exists',
  },
  { codes: ['Md5Mismatch', 'Crc64Mismatch', 'InvalidMd5'], means: 'corrupt', error: 'digest-mismatch' },
  { codes: ['RequestBodyTooLarge', 'BlockCountExceedsLimit'], means: 'refused', error: 'file-too-large' },
  { codes: ['InvalidBlobOrBlock', 'InvalidBlockId'], means: 'refused', error: 'store-refused' },
  { codes: ['InvalidBlockList'], means: 'retry', error: 'server-error' },
  { codes: ['InsufficientStorage', 'AccountQuotaExceeded'], means: 'refused', error: 'quota-exceeded' },
  { codes: ['ServerBusy', 'TooManyRequests', 'IngressOverLimit'], means: 'retry', error: 'throttled' },
  { codes: ['OperationTimedOut'], means: 'retry', error: 'timeout' },
  {
    codes: ['InternalError', 'PendingCopyOperation', 'ResourceTypeMismatch'],
    means: 'retry',
    error: 'server-error',
  },
  {
    codes: ['BlobArchived', 'BlobBeingRehydrated'],
    means: 'refused',
    error: 'object-archived',
  },
  {
    codes: ['FeatureVersionMismatch', 'UnsupportedHeader', 'NotImplemented'],
    means: 'refused',
    error: 'unsupported',
  },
];

/** Reads what can be told of an error of the SDK, whatever it is. */
export function readFailure(error: unknown): StoreFailure {
  const details = at(error, 'details');
  const status = at(error, 'statusCode');
  const frame = textOf(at(details, 'authenticationErrorDetail'));
  const inTime = frame === null ? undefined : TIME_FRAMES.find((text) => frame.includes(text));
  const code = inTime ?? textOf(at(details, 'errorCode')) ?? textOf(at(error, 'code'));
  const own = code === null || code === 'REQUEST_SEND_ERROR' || code === 'PARSE_ERROR' ? null : code;
  return {
    name: own ?? textOf(at(at(error, 'cause'), 'code')) ?? nameOf(error),
    status: typeof status === 'number' ? status : null,
    requestId: textOf(at(details, 'x-ms-request-id')),
    retryAfter: retryAfterOf(at(details, 'retry-after')),
  };
}

/** Who answered with this error, and when by its clock (milliseconds since 1970). */
export function answeredBy(error: unknown): { readonly server: string | null; readonly date: number | null } {
  const details = at(error, 'details');
  const date = Date.parse(textOf(at(details, 'date')) ?? '');
  return { server: textOf(at(details, 'server')), date: Number.isNaN(date) ? null : date };
}

/** The error of a call that failed. `doing` says what was asked for, as in `listing the blocks`. */
export function transferError(
  failure: StoreFailure,
  doing: string,
  options: TransferErrorOptions = {},
): TransferError {
  return storeError(STORE_CODES, failure, doing, options);
}

/** Errors of the SDK say by a code what others say by their name. */
function nameOf(error: unknown): string {
  if (at(error, 'code') === 'PARSE_ERROR') return 'XMLParserError';
  const message = textOf(at(error, 'message')) ?? '';
  const system =
    /\b(E[A-Z]{4,}|EAI_\w+|CERT_\w+|DEPTH_ZERO\w+|SELF_SIGNED\w+|UNABLE_TO_\w+|ERR_TLS\w+)\b/.exec(message);
  if (system?.[1] !== undefined) return system[1];
  return at(error, 'code') === 'REQUEST_SEND_ERROR'
    ? 'NetworkingError'
    : (textOf(at(error, 'name')) ?? 'Error');
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
