import {
  type AnswerReading,
  type AnswerRule,
  type CodeSource,
  codeRules,
  type StoreAnswers,
  storeAnswers,
} from '@mesibo-files/handler-core/provider';
import { STORE_CODES } from './codes.ts';

/**
 * A signature whose time is over or has not come is a plain AccessDenied; only the sentence beside it tells. Amazon,
 * MinIO and Swift end it with no full stop, versitygw and Aliyun OSS with one.
 */
const EXPIRED = 'Request has expired';
const TOO_EARLY = ['Request is not yet valid', 'Request is not valid yet'];
const EXPIRED_CEPH = 'Id';

const CODE: readonly CodeSource[] = [
  // Ceph 16 gives no text. It names the bucket in every refusal but those of the signature's time, where the request's
  // id follows at once.
  { in: 'body', after: '<Code>AccessDenied</Code><Message></Message><Request', before: '>' },
  { in: 'body', after: '<Code>', before: '</Code>' },
  { in: 'body', after: '<Message>', before: '</Message>' },
];

const TIME: readonly CodeSource[] = [{ in: 'body', after: '<ServerTime>', before: '</ServerTime>' }];

const RULES: readonly AnswerRule[] = [
  { status: [400, 403], codes: [EXPIRED, EXPIRED_CEPH], means: 'expired' },
  { status: [400, 403], codes: TOO_EARLY, means: 'skewed' },
  // Stores that know no If-None-Match say so, as Swift does: the signer finds out, and signs without it.
  { status: 501, codes: ['NotImplemented'], means: 'expired', error: 'unsupported' },
  ...codeRules(STORE_CODES),
];

const ANSWERS: StoreAnswers = storeAnswers({ code: CODE, time: TIME, rules: RULES }, 'etag');

/** How answers to a part are read. */
export const PART_ANSWERS: AnswerReading = ANSWERS.part;
/** How answers to a file in one request are read. */
export const SINGLE_ANSWERS: AnswerReading = ANSWERS.single;
/** How answers to a download's requests are read. */
export const DOWNLOAD_ANSWERS: AnswerReading = ANSWERS.download;
