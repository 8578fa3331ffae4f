import {
  type AnswerReading,
  type AnswerRule,
  type CodeSource,
  codeRules,
} from '@mesibo-files/handler-core/provider';
import { STORE_CODES } from './store-codes.ts';

/** A signature whose time is over or has not come is a plain AccessDenied; only the text beside it tells. */
const EXPIRED = 'expired';
const TOO_EARLY = ['not yet valid', 'not valid yet'];
const EXPIRED_CEPH = 'Id';

const CODE: readonly CodeSource[] = [
  // Amazon, MinIO, Swift: <Message>Request has expired</Message>.
  { in: 'body', after: '<Message>Request has ', before: '</Message>' },
  // Amazon: <Message>Request is not yet valid</Message>; MinIO: not valid yet.
  { in: 'body', after: '<Message>Request is ', before: '</Message>' },
  // Ceph 16 gives no text. It names the bucket in every refusal but those of the signature's time, where the request's
  // id follows at once.
  { in: 'body', after: '<Code>AccessDenied</Code><Message></Message><Request', before: '>' },
  { in: 'body', after: '<Code>', before: '</Code>' },
];

const TIME: readonly CodeSource[] = [{ in: 'body', after: '<ServerTime>', before: '</ServerTime>' }];

const CODE_RULES: readonly AnswerRule[] = [
  { status: [400, 403], codes: [EXPIRED, EXPIRED_CEPH], means: 'expired' },
  { status: [400, 403], codes: TOO_EARLY, means: 'skewed' },
  ...codeRules(STORE_CODES),
];

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
 * How answers to a file in one request are read. Its commit asks nothing after a `done`, so only a store may say it: a
 * captive portal answers 200 to everything, but with no ETag. Nor does a browser see one where CORS does not expose
 * it. Then the object is there, perhaps, and the commit finds out.
 */
export const SINGLE_ANSWERS: AnswerReading = {
  code: CODE,
  time: TIME,
  rules: [
    { status: [200, 299], header: { name: 'etag' }, means: 'done' },
    { status: [200, 299], means: 'exists' },
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
