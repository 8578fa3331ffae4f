import type { ErrorCode } from '../../errors/codes.ts';
import { codeOfStatus } from '../../errors/http-status.ts';
import { retryAfterOf } from '../../errors/retry-after.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { AnswerMeaning, AnswerReading, AnswerRule, CodeSource } from '../../signer/answer.ts';

/** How much of an error's body is read, in bytes. */
export const ERROR_BODY_LIMIT = 65_536;

/** An answer's status, headers (names in lower case) and the beginning of its body. */
export interface AnswerText {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer, understood. */
export interface ReadAnswer {
  readonly means: AnswerMeaning;
  /** The code of the error that it leads to, where it ends the transfer or counts as a failed attempt. */
  readonly error: ErrorCode;
  /** The store's own code, or null. */
  readonly code: string | null;
  /** The store's clock, in milliseconds since 1970, or null. */
  readonly storeTime: number | null;
  /** How long the store asks to wait, in milliseconds, or null. */
  readonly retryAfter: number | null;
}

/** Follow the rules of every store: what HTTP itself says of a status. */
const GENERAL_RULES: readonly AnswerRule[] = [
  { status: [200, 299], means: 'done' },
  { status: 404, means: 'gone' },
  { status: 410, means: 'gone' },
  { status: 408, means: 'retry' },
  { status: 412, means: 'exists' },
  { status: 429, means: 'retry' },
  { status: 507, means: 'refused' },
  { status: [500, 599], means: 'retry' },
  { status: [300, 499], means: 'refused' },
  { status: [0, 999], means: 'refused', error: 'store-refused' },
];

const DEFAULT_ERROR: Readonly<Record<AnswerMeaning, ErrorCode>> = {
  done: 'internal',
  more: 'internal',
  expired: 'request-expired',
  skewed: 'clock-skewed',
  retry: 'server-error',
  corrupt: 'digest-mismatch',
  gone: 'object-not-found',
  exists: 'object-exists',
  changed: 'object-changed',
  refused: 'store-refused',
};

/**
 * Reads a store's answer by its rules, then by HTTP's own. A code that no rule knows never means `gone` or
 * `exists`. `now`: the
 * device's clock, for a Retry-After that is a date.
 */
export function readAnswer(reading: AnswerReading, answer: AnswerText, now: number): ReadAnswer {
  const codes = reading.code.map((source) => find(source, answer)).filter((code) => code !== null);
  const names = codes.map(normalised);
  const own = reading.rules.find((candidate) => fits(candidate, answer, names));
  const rule = own ?? GENERAL_RULES.find((candidate) => fits(candidate, answer, names));
  const unknown =
    own === undefined && (rule?.means === 'gone' || rule?.means === 'exists') && codes.length > 0;
  const means = unknown ? 'refused' : (rule?.means ?? 'refused');
  const byStatus = own === undefined && !unknown && (means === 'refused' || means === 'retry');
  return {
    means,
    error: rule?.error ?? (byStatus ? codeOfStatus(answer.status) : DEFAULT_ERROR[means]),
    code: codes[0] ?? null,
    storeTime: storeTime(reading, answer),
    retryAfter: retryAfterOf(answer.headers['retry-after'], now),
  };
}

/** The error that an answer leads to. `doing` names the request, as in `part 3`. */
export function answerError(read: ReadAnswer, status: number, doing: string): TransferError {
  const own = read.code === null ? '' : ` (${read.code})`;
  const retryable = read.means === 'retry' || read.means === 'corrupt' || undefined;
  return new TransferError(read.error, `${doing}: the store answered ${status}${own}`, {
    ...(retryable === undefined ? {} : { retryable }),
    ...(read.retryAfter === null ? {} : { retryAfter: read.retryAfter }),
  });
}

/** Stores spell one code or sentence in several ways: in other case, with other blanks, with a full stop. */
function normalised(code: string): string {
  const words = code.toLowerCase().split(/\s+/);
  return words
    .filter((word) => word !== '')
    .join(' ')
    .replace(/[.!]$/, '');
}

/** `codes`: normalised. */
function fits(rule: AnswerRule, answer: AnswerText, codes: readonly string[]): boolean {
  const [first, last] = typeof rule.status === 'number' ? [rule.status, rule.status] : rule.status;
  if (answer.status < first || answer.status > last) return false;
  if (rule.codes !== undefined && !rule.codes.some((code) => codes.includes(normalised(code)))) return false;
  if (rule.header === undefined) return true;
  const value = answer.headers[rule.header.name.toLowerCase()];
  if (value === undefined) return false;
  return rule.header.value === undefined || value.toLowerCase() === rule.header.value.toLowerCase();
}

function find(source: CodeSource, answer: AnswerText): string | null {
  if (source.in === 'header') return answer.headers[source.name.toLowerCase()] ?? null;
  const start = answer.body.indexOf(source.after);
  if (start < 0) return null;
  const from = start + source.after.length;
  const end = answer.body.indexOf(source.before, from);
  return end < 0 ? null : answer.body.slice(from, end).trim();
}

function storeTime(reading: AnswerReading, answer: AnswerText): number | null {
  const texts = [...(reading.time ?? []).map((source) => find(source, answer)), answer.headers.date ?? null];
  for (const text of texts) {
    const time = text === null ? Number.NaN : Date.parse(text);
    if (!Number.isNaN(time)) return time;
  }
  return null;
}
