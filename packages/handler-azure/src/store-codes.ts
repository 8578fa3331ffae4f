import type { StoreCodes } from '@mesibo-files/handler-core/provider';

/** A time frame that does not hold, as Azure tells it in the detail beside AuthenticationFailed. */
export const TIME_FRAMES: readonly string[] = ['specified time frame', 'specified key time frame'];

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
    codes: [
      'FeatureVersionMismatch',
      'UnsupportedHeader',
      'BlobArchived',
      'BlobBeingRehydrated',
      'NotImplemented',
    ],
    means: 'refused',
    error: 'unsupported',
  },
];
