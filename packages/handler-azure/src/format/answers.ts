import {
  type AnswerReading,
  type AnswerRule,
  type CodeSource,
  codeRules,
} from '@mesibo-files/handler-core/provider';
import { STORE_CODES } from './codes.ts';

const CODE: readonly CodeSource[] = [
  // AuthenticationFailed has many reasons, and only this text tells that the time is over.
  { in: 'body', after: 'Signature not valid in the ', before: ':' },
  // A browser sees the header only where CORS exposes it.
  { in: 'header', name: 'x-ms-error-code' },
  { in: 'body', after: '<Code>', before: '</Code>' },
];

/**
 * Azurite 3.37.0 says AuthorizationFailure of a SAS whose time is over (Azure says it of a firewall), and of one with a
 * wrong signature; the signer has found those out before. A SAS that may only create is answered
 * AuthorizationPermissionMismatch where the blob is there.
 */
const AZURITE_RULES: readonly AnswerRule[] = [
  { status: 403, codes: ['AuthorizationFailure'], means: 'expired', error: 'request-expired' },
  { status: 403, codes: ['AuthorizationPermissionMismatch'], means: 'exists', error: 'object-exists' },
];

const UPLOAD_RULES: readonly AnswerRule[] = [
  ...codeRules(STORE_CODES),
  { status: 409, means: 'retry', error: 'server-error' },
  { status: 412, means: 'exists' },
  { status: 413, means: 'refused', error: 'file-too-large' },
  { status: 507, means: 'refused', error: 'quota-exceeded' },
];

const DOWNLOAD_RULES: readonly AnswerRule[] = [
  ...codeRules(STORE_CODES),
  { status: 412, means: 'changed' },
  { status: 416, means: 'refused', error: 'store-refused' },
];

/** How answers to uploads are read. Every commit looks at what is stored, so a 201 need not be believed. */
export function uploadAnswers(azurite: boolean): AnswerReading {
  return { code: CODE, rules: azurite ? [...AZURITE_RULES, ...UPLOAD_RULES] : UPLOAD_RULES };
}

/** How answers to a download's requests are read. */
export function downloadAnswers(azurite: boolean): AnswerReading {
  return { code: CODE, rules: azurite ? [...AZURITE_RULES, ...DOWNLOAD_RULES] : DOWNLOAD_RULES };
}
