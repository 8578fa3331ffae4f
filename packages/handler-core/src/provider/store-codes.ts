import type { ErrorCode } from '../errors/codes.ts';
import type { AnswerMeaning, AnswerRule } from '../signer/answer.ts';

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
