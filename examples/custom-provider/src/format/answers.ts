import { type AnswerReading, codeRules, type StoreCodes } from '@mesibo-files/handler-core/provider';

/** The store's error codes. The engine reads them by the rules below, the signer's own calls by `storeError`. */
export const STORE_CODES: readonly StoreCodes[] = [
  { codes: ['SignatureWrong'], means: 'refused', error: 'credentials-wrong' },
  { codes: ['RequestExpired'], means: 'expired', error: 'request-expired' },
  { codes: ['ClockSkewed'], means: 'skewed', error: 'clock-skewed' },
  { codes: ['NoSuchBucket'], means: 'refused', error: 'bucket-not-found' },
  { codes: ['NoSuchKey'], means: 'gone', error: 'object-not-found' },
  { codes: ['NoSuchUpload'], means: 'gone', error: 'upload-gone' },
  { codes: ['KeyTaken'], means: 'exists', error: 'object-exists' },
  { codes: ['VersionChanged'], means: 'changed', error: 'object-changed' },
  { codes: ['DigestWrong'], means: 'corrupt', error: 'digest-mismatch' },
  { codes: ['TooLarge'], means: 'refused', error: 'file-too-large' },
  { codes: ['PartChanged', 'InternalError'], means: 'retry', error: 'server-error' },
];

/** How the engine reads the store's answers. The commit looks for itself, so a 200 need not be believed. */
export const ANSWERS: AnswerReading = {
  code: [{ in: 'body', after: '"code":"', before: '"' }],
  rules: codeRules(STORE_CODES),
};
