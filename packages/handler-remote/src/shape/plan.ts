import { ERROR_CODES, type ErrorCode } from '@mesibo-files/handler-core';
import type {
  AnswerReading,
  AnswerRule,
  CodeSource,
  DigestAlgorithm,
  HeaderTemplate,
  Integrity,
  PartsPlan,
  Plan,
  SessionDialect,
  SessionPlan,
  SinglePlan,
} from '@mesibo-files/handler-core/provider';
import { count, list, nullable, oneOf, positive, type Reader, real, shape, text, variant } from './reader.ts';
import { signedPart } from './request.ts';

export const algorithm: Reader<DigestAlgorithm> = oneOf('crc32', 'crc32c', 'crc64nvme', 'md5', 'sha256');

const codeSource: Reader<CodeSource> = variant<CodeSource>('in', {
  header: shape<Extract<CodeSource, { in: 'header' }>>({ in: oneOf('header'), name: text }),
  body: shape<Extract<CodeSource, { in: 'body' }>>({ in: oneOf('body'), after: text, before: text }),
});

const statuses: Reader<readonly [number, number]> = (value, at) => {
  const [first, last] = list(count, 2)(value, at);
  return [count(first, at), count(last, at)];
};

const rule: Reader<AnswerRule> = shape<AnswerRule>({
  status: (value, at) => (Array.isArray(value) ? statuses(value, at) : count(value, at)),
  header: {
    optional: shape<NonNullable<AnswerRule['header']>>({ name: text, value: { optional: text } }),
  },
  codes: { optional: list(text) },
  means: oneOf(
    'done',
    'more',
    'expired',
    'skewed',
    'retry',
    'corrupt',
    'gone',
    'exists',
    'changed',
    'refused',
  ),
  error: { optional: knownCode },
});

/** A newer server may know codes that this client does not: one that fits the meaning stands for those. */
function knownCode(value: unknown, at: string): ErrorCode {
  const code = text(value, at);
  return isErrorCode(code) ? code : 'store-refused';
}

/** Whether this is a code that this version knows. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

export const answerReading: Reader<AnswerReading> = shape<AnswerReading>({
  code: list(codeSource),
  time: { optional: list(codeSource) },
  rules: list(rule),
});

const integrity: Reader<Integrity> = shape<Integrity>({
  parts: list(algorithm),
  whole: list(algorithm),
  proof: oneOf('store', 'parts', 'length'),
});

const templates: Reader<readonly HeaderTemplate[]> = list(shape<HeaderTemplate>({ name: text, value: text }));

const dialect: Reader<SessionDialect> = shape<SessionDialect>({
  chunkMultiple: positive,
  chunk: templates,
  finish: templates,
  last: templates,
  lastDigests: list(algorithm),
  ask: shape<SessionDialect['ask']>({ method: oneOf('PUT', 'HEAD', 'POST'), headers: templates }),
  offset: shape<SessionDialect['offset']>({
    header: text,
    prefix: text,
    counts: oneOf('last', 'next'),
    absent: count,
  }),
});

const base = {
  ticket: text,
  answers: answerReading,
  integrity,
  serverTime: real,
  keptFor: count,
  signed: list(signedPart),
};

export const plan: Reader<Plan> = variant<Plan>('shape', {
  single: shape<SinglePlan>({ ...base, shape: oneOf('single'), size: count }),
  parts: shape<PartsPlan>({
    ...base,
    shape: oneOf('parts'),
    size: nullable(count),
    partSize: positive,
    maxParts: positive,
    signBatch: positive,
  }),
  session: shape<SessionPlan>({
    ...base,
    shape: oneOf('session'),
    size: nullable(count),
    chunkSize: positive,
    maxSize: count,
    dialect,
  }),
});
