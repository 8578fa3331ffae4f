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

/** Bodies come as they are: one that is packed could unpack to anything. @throws `Refusal` `encoded-body` */
export function checkPlain(header: (name: string) => string | null): void {
  const encoding = header('content-encoding')?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return;
  throw new Refusal('encoded-body', 'The body of the request has a Content-Encoding.');
}
