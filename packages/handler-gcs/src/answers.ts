import {
  type AnswerReading,
  type AnswerRule,
  type CodeSource,
  codeRules,
} from '@mesibo-files/handler-core/provider';
import { STORE_CODES } from './store-codes.ts';

/** The engine speaks to the XML API alone, and to sessions that it opened. */
const CODE: readonly CodeSource[] = [{ in: 'body', after: '<Code>', before: '</Code>' }];
const TIME: readonly CodeSource[] = [{ in: 'body', after: '<ServerTime>', before: '</ServerTime>' }];

const CODE_RULES: readonly AnswerRule[] = codeRules(STORE_CODES);

const UPLOAD_RULES: readonly AnswerRule[] = [
  ...CODE_RULES,
  { status: 409, means: 'retry', error: 'server-error' },
  { status: 412, means: 'exists' },
  { status: 413, means: 'refused', error: 'file-too-large' },
  { status: 507, means: 'refused', error: 'quota-exceeded' },
];

/** How answers to a part are read. The commit lists the parts, so a 200 need not be believed. */
export const PART_ANSWERS: AnswerReading = { code: CODE, time: TIME, rules: UPLOAD_RULES };

/**
 * How answers to a file in one request are read. Its commit asks nothing after a `done`, so only the store may say it:
 * a captive portal answers 200 to everything, but with no generation. Nor does a browser see one where CORS does not
 * expose it. Then the object is there, perhaps, and the commit finds out.
 */
export const SINGLE_ANSWERS: AnswerReading = {
  code: CODE,
  time: TIME,
  rules: [
    { status: [200, 299], header: { name: 'x-goog-generation' }, means: 'done' },
    { status: [200, 299], means: 'exists' },
    ...UPLOAD_RULES,
  ],
};

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
    { status: [400, 499], codes: ['BadDigest'], means: 'gone', error: 'digest-mismatch' },
    ...UPLOAD_RULES,
  ],
};

/** How answers to a download's requests are read. */
export const DOWNLOAD_ANSWERS: AnswerReading = {
  code: CODE,
  time: TIME,
  rules: [
    ...CODE_RULES,
    { status: 404, means: 'gone', error: 'object-not-found' },
    { status: 412, means: 'changed' },
    { status: 416, means: 'refused', error: 'store-refused' },
  ],
};
