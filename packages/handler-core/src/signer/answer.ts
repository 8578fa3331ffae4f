import type { ErrorCode } from '../errors/codes.ts';

/**
 * What a store's answer means for the engine.
 * - `done`: the request did what it was for.
 * - `more`: the session holds what it says it holds, and wants the next chunk.
 * - `expired`: the signature is not good any more, or not here; sign again.
 * - `skewed`: the signer's clock is wrong; give it the store's time and sign again.
 * - `retry`: nothing is wrong with the request; send it again later.
 * - `corrupt`: the bytes that arrived are not the bytes that were signed; read and send them again.
 * - `gone`: the session, unfinished upload or object no longer exists.
 * - `exists`: an object of this name is there already, perhaps by our own earlier request, or the answer proves nothing
 *   (a 200 that lacks what this store always sends); the commit finds out.
 * - `changed`: the object is no longer the version that was asked for.
 * - `refused`: the store will not do it, now or later.
 */
export type AnswerMeaning =
  | 'done'
  | 'more'
  | 'expired'
  | 'skewed'
  | 'retry'
  | 'corrupt'
  | 'gone'
  | 'exists'
  | 'changed'
  | 'refused';

/** One row of the table by which a store's answers are read. All conditions given must hold; the first row that fits counts. */
export interface AnswerRule {
  /** A status, or the first and last of a range. */
  readonly status: number | readonly [first: number, last: number];
  /** A response header that must be there, with this value when one is given (compared without case). */
  readonly header?: { readonly name: string; readonly value?: string };
  /**
   * The store's own error codes or sentences, one of which {@link AnswerReading.code} must find. Compared without case, a
   * full stop at the end, and the number of blanks.
   */
  readonly codes?: readonly string[];
  readonly means: AnswerMeaning;
  /** Code of the error that results where the meaning ends the transfer. Defaults to one that fits the meaning. */
  readonly error?: ErrorCode;
}

/** Where an answer carries the store's own error code. */
export type CodeSource =
  | { readonly in: 'header'; readonly name: string }
  /** The text between two marks within the first 64 KiB of the body. */
  | { readonly in: 'body'; readonly after: string; readonly before: string };

/** How to read a store's answers: data, so that an engine or a browser without the store's SDK can do it. */
export interface AnswerReading {
  /** Each that yields text is one of the store's codes; a rule fits when it names any. The first is shown in errors. */
  readonly code: readonly CodeSource[];
  /** Where the body states the server's time (an ISO 8601 text), tried before the `Date` header. */
  readonly time?: readonly CodeSource[];
  /** Rows of the store; the engine's general rows (2xx done, 429 and 5xx retry, …) follow them. */
  readonly rules: readonly AnswerRule[];
}
