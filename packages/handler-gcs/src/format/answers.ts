import {
  type AnswerReading,
  type CodeSource,
  codeRules,
  type SessionDialect,
  type StoreAnswers,
  storeAnswers,
} from '@mesibo-files/handler-core/provider';
import { CHUNK_QUANTUM, type GcsChecksum } from '../options.ts';
import { STORE_CODES } from './codes.ts';

/** The engine speaks to the XML API alone, and to sessions that it opened. */
const CODE: readonly CodeSource[] = [{ in: 'body', after: '<Code>', before: '</Code>' }];
const TIME: readonly CodeSource[] = [{ in: 'body', after: '<ServerTime>', before: '</ServerTime>' }];

const OWN: AnswerReading = { code: CODE, time: TIME, rules: codeRules(STORE_CODES) };
/** Policies of the organisation are answered 412, too. */
const ANSWERS: StoreAnswers = storeAnswers(OWN, 'x-goog-generation', [
  'PreconditionFailed',
  'conditionNotMet',
]);

/** How answers to a part are read. */
export const PART_ANSWERS: AnswerReading = ANSWERS.part;
/** How answers to a file in one request are read. */
export const SINGLE_ANSWERS: AnswerReading = ANSWERS.single;
/** How answers to a download's requests are read. */
export const DOWNLOAD_ANSWERS: AnswerReading = ANSWERS.download;

/**
 * How answers to a session are read. The commit looks at the object, so a 200 need not be believed. A session whose
 * digest was found wrong at its end takes nothing more: it is begun anew.
 */
export const SESSION_ANSWERS: AnswerReading = {
  code: CODE,
  time: TIME,
  rules: [
    { status: 308, means: 'more' },
    { status: [200, 201], means: 'done' },
    { status: [404, 410], means: 'gone', error: 'upload-gone' },
    { status: 499, means: 'gone', error: 'upload-gone' },
    { status: [400, 499], codes: ['BadDigest', 'CrcMismatch'], means: 'gone', error: 'digest-mismatch' },
    ...ANSWERS.part.rules,
  ],
};

/** What a session of Cloud Storage is sent and answers: https://cloud.google.com/storage/docs/performing-resumable-uploads */
export function dialectOf(checksum: GcsChecksum): SessionDialect {
  const total = { name: 'content-range', value: 'bytes */{total}' };
  const bound = checksum === 'crc32c';
  return {
    chunkMultiple: CHUNK_QUANTUM,
    chunk: [{ name: 'content-range', value: 'bytes {first}-{last}/{total}' }],
    finish: [total],
    last: bound ? [{ name: 'x-goog-hash', value: 'crc32c={crc32c}' }] : [],
    lastDigests: bound ? ['crc32c'] : [],
    ask: { method: 'PUT', headers: [total] },
    // A 308 without the header means that nothing is stored yet.
    offset: { header: 'range', prefix: 'bytes=0-', counts: 'last', absent: 0 },
  };
}
