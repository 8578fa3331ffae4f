import type { ErrorCode } from '../errors/codes.ts';
import type { AnswerMeaning, AnswerReading, AnswerRule } from '../signer/answer.ts';

/** What a store's own error codes mean, whether they come to the engine or to the signer. */
export interface StoreCodes {
  readonly codes: readonly string[];
  readonly means: AnswerMeaning;
  readonly error: ErrorCode;
}

/** The same table as answer rules for the engine. */
export function codeRules(table: readonly StoreCodes[]): readonly AnswerRule[] {
  return table.map(({ codes, means, error }) => ({ status: [300, 599], codes, means, error }));
}

/** Finds a code in the table. */
export function meaningOf(table: readonly StoreCodes[], code: string): StoreCodes | undefined {
  return table.find(({ codes }) => codes.includes(code));
}

/** How answers to requests of an object store are read. */
export interface StoreAnswers {
  /** Answers to a part. The commit lists the parts, so a 200 need not be believed. */
  readonly part: AnswerReading;
  /**
   * To a file in one request. Its commit asks nothing after a `done`, so only the store may say it: a captive portal
   * answers 200 to everything, but without the store's header. A browser does not see the header where CORS hides it.
   * Then the object may be there, and the commit finds out.
   */
  readonly single: AnswerReading;
  /** Answers to a download. */
  readonly download: AnswerReading;
}

/**
 * The readings that stores with an API like Amazon's share: their own codes first, then the statuses of HTTP.
 *
 * @param own - where code and time stand, and what the store's codes mean
 * @param doneHeader - the header that only the store sends with a file that it took
 * @param condition - the codes of a 412 that speaks of the request's own condition, where the store answers 412 to other
 * things, too. Default: any
 */
export function storeAnswers(
  own: AnswerReading,
  doneHeader: string,
  condition?: readonly string[],
): StoreAnswers {
  const failed = { status: 412, ...(condition === undefined ? {} : { codes: condition }) };
  const upload: readonly AnswerRule[] = [
    ...own.rules,
    { status: 409, means: 'retry', error: 'server-error' },
    { ...failed, means: 'exists' },
    { status: 413, means: 'refused', error: 'file-too-large' },
    { status: 507, means: 'refused', error: 'quota-exceeded' },
  ];
  const download: readonly AnswerRule[] = [
    ...own.rules,
    { ...failed, means: 'changed' },
    { status: 416, means: 'refused', error: 'store-refused' },
  ];
  const taken: readonly AnswerRule[] = [
    { status: [200, 299], header: { name: doneHeader }, means: 'done' },
    { status: [200, 299], means: 'exists' },
  ];
  return {
    part: { ...own, rules: upload },
    single: { ...own, rules: [...taken, ...upload] },
    download: { ...own, rules: download },
  };
}
