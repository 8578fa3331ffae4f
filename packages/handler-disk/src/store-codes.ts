import type { StoreCodes } from '@mesibo-files/handler-core/provider';

/** Every code of the disk store, whether it comes to the engine in an answer or to the signer as an error. */
export const STORE_CODES: readonly StoreCodes[] = [
  { codes: ['RequestExpired'], means: 'expired', error: 'request-expired' },
  { codes: ['RequestTimeTooSkewed'], means: 'skewed', error: 'clock-skewed' },
  {
    codes: ['SignatureDoesNotMatch', 'UnknownSecret', 'SecretMismatch'],
    means: 'refused',
    error: 'credentials-wrong',
  },
  { codes: ['AccessDenied', 'FolderDenied'], means: 'refused', error: 'access-denied' },
  { codes: ['NoSuchStore'], means: 'refused', error: 'bucket-not-found' },
  { codes: ['NoSuchUpload'], means: 'gone', error: 'upload-gone' },
  { codes: ['NoSuchKey'], means: 'gone', error: 'object-not-found' },
  { codes: ['ObjectExists'], means: 'exists', error: 'object-exists' },
  { codes: ['BadDigest'], means: 'corrupt', error: 'digest-mismatch' },
  { codes: ['EntityTooLarge'], means: 'refused', error: 'file-too-large' },
  { codes: ['DiskFull'], means: 'refused', error: 'quota-exceeded' },
  { codes: ['SlowDown'], means: 'retry', error: 'throttled' },
  { codes: ['SessionBusy', 'DiskFailure', 'InternalError'], means: 'retry', error: 'server-error' },
  { codes: ['MethodNotAllowed'], means: 'refused', error: 'unsupported' },
  { codes: ['InvalidRequest', 'LengthRequired', 'InvalidRange'], means: 'refused', error: 'store-refused' },
];
