import {
  type AnswerReading,
  type AnswerRule,
  type CodeSource,
  codeRules,
  type SessionDialect,
} from '@mesibo-files/handler-core/provider';
import { STORE_CODES } from './codes.ts';
import { DIGEST_HEADER } from './metadata.ts';

/** In a header, for an answer to HEAD has no body. The time is that of the Date header, which is the store's. */
export const CODE_HEADER = 'x-mesibo-error';

/** Only the store sends it, with the version of what it stored: a captive portal, which answers 200 to everything, does not. */
export const STORED_HEADER = 'x-mesibo-stored';

/** Offset of the next byte that a session wants. */
export const OFFSET_HEADER = 'upload-offset';

const CODE: readonly CodeSource[] = [{ in: 'header', name: CODE_HEADER }];

const CODE_RULES: readonly AnswerRule[] = codeRules(STORE_CODES);

/** How answers to a file in one request are read. Whatever else says 200, the commit finds out. */
export const SINGLE_ANSWERS: AnswerReading = {
  code: CODE,
  rules: [
    { status: [200, 299], header: { name: STORED_HEADER }, means: 'done' },
    { status: [200, 299], means: 'exists' },
    ...CODE_RULES,
  ],
};

/** How answers to a session are read. One whose digest was found wrong at its end takes nothing more: it is begun anew. */
export const SESSION_ANSWERS: AnswerReading = {
  code: CODE,
  rules: [
    { status: 308, header: { name: OFFSET_HEADER }, means: 'more' },
    { status: [200, 299], means: 'done' },
    { status: 400, codes: ['BadDigest'], means: 'gone', error: 'digest-mismatch' },
    ...CODE_RULES,
  ],
};

/** How answers to a download's requests are read. */
export const DOWNLOAD_ANSWERS: AnswerReading = {
  code: CODE,
  rules: [
    ...CODE_RULES,
    { status: 404, means: 'gone', error: 'object-not-found' },
    { status: 412, means: 'changed' },
    { status: 416, means: 'refused', error: 'store-refused' },
  ],
};

/** What a session is sent and answers. Only a request with the digest of the whole ends it, so to ask ends nothing. */
export const DIALECT: SessionDialect = {
  chunkMultiple: 1,
  chunk: [{ name: 'content-range', value: 'bytes {first}-{last}/{total}' }],
  finish: [{ name: 'content-range', value: 'bytes */{total}' }],
  last: [{ name: DIGEST_HEADER, value: '{crc32}' }],
  lastDigests: ['crc32'],
  ask: { method: 'PUT', headers: [{ name: 'content-range', value: 'bytes */*' }] },
  offset: { header: OFFSET_HEADER, prefix: '', counts: 'next', absent: 0 },
};
