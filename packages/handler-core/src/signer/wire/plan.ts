import { ERROR_CODES, type ErrorCode } from '../../errors/codes.ts';
import type { AnswerReading, AnswerRule, CodeSource } from '../answer.ts';
import type { Integrity } from '../digests.ts';
import type { PartsPlan, Plan, SessionPlan, SinglePlan } from '../plan.ts';
import type { HeaderTemplate, SessionDialect } from '../session-dialect.ts';
import {
  count,
  list,
  named,
  nullable,
  oneOf,
  positive,
  type Reader,
  reader,
  real,
  shape,
  text,
  variant,
} from './reader.ts';
import { algorithm, signedPart } from './values.ts';

const codeSource: Reader<CodeSource> = named(
  'CodeSource',
  variant<CodeSource>('in', {
    header: shape<Extract<CodeSource, { in: 'header' }>>({ in: oneOf('header'), name: text }),
    body: shape<Extract<CodeSource, { in: 'body' }>>({ in: oneOf('body'), after: text, before: text }),
  }),
);

/** A status, or the first and the last. */
const status: Reader<AnswerRule['status']> = reader(
  { anyOf: [count.schema, { type: 'array', prefixItems: [count.schema, count.schema], items: false }] },
  (value, at) => {
    if (!Array.isArray(value)) return count(value, at);
    const [first, last] = list(count, { least: 2, most: 2 })(value, at);
    return [count(first, at), count(last, at)];
  },
);

/** A newer server may know codes that this client does not: one that fits the meaning stands for those. */
const knownCode: Reader<ErrorCode> = reader({ enum: Object.keys(ERROR_CODES) }, (value, at) => {
  const code = text(value, at);
  return isErrorCode(code) ? code : 'store-refused';
});

const means = oneOf<AnswerRule['means']>(
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
);

const rule: Reader<AnswerRule> = named(
  'AnswerRule',
  shape<AnswerRule>({
    status,
    header: {
      optional: shape<NonNullable<AnswerRule['header']>>({ name: text, value: { optional: text } }),
    },
    codes: { optional: list(text) },
    means,
    error: { optional: knownCode },
  }),
);

/** Whether this is a code that this version knows. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

export const answerReading: Reader<AnswerReading> = named(
  'AnswerReading',
  shape<AnswerReading>({
    code: list(codeSource),
    time: { optional: list(codeSource) },
    rules: list(rule),
  }),
);

const integrity: Reader<Integrity> = named(
  'Integrity',
  shape<Integrity>({
    parts: list(algorithm),
    whole: list(algorithm),
    proof: oneOf('store', 'parts', 'length'),
  }),
);

const templates: Reader<readonly HeaderTemplate[]> = list(
  named('HeaderTemplate', shape<HeaderTemplate>({ name: text, value: text })),
);

const dialect: Reader<SessionDialect> = named(
  'SessionDialect',
  shape<SessionDialect>({
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
  }),
);

const base = {
  ticket: text,
  answers: answerReading,
  integrity,
  serverTime: real,
  keptFor: count,
  signed: list(signedPart),
};

export const plan: Reader<Plan> = named(
  'Plan',
  variant<Plan>('shape', {
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
  }),
);
