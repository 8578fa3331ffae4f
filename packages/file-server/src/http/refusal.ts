import type { ErrorCode } from '@mesibo-files/handler-core';
import type { ServerCode } from './codes.ts';

/** A request that is not done, and the client is told why. The message is one sentence with no secret in it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ServerCode | ErrorCode;
  /** Headers of the answer beside the usual ones, names in lower case: `retry-after` in seconds, for one. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ServerCode | ErrorCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.headers = headers;
  }
}
