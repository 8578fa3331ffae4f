import { type ErrorCode, TransferError, type TransferErrorOptions } from '@mesibo-files/handler-core';
import { STORE_CODES } from './store-codes.ts';

/** What is read of an error of the SDK. The rest is left behind: it can carry keys, signatures and what was signed. */
export interface SdkFailure {
  /** The store's own code, or the name or system code of a failure on the way. */
  readonly name: string;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly requestId: string | null;
  /** Milliseconds. */
  readonly retryAfter: number | null;
}

const BY_CODE: ReadonlyMap<string, { error: ErrorCode; retryable: boolean }> = new Map(
  STORE_CODES.flatMap(({ codes, error, means }) =>
    codes.map((code) => [code, { error, retryable: means !== 'refused' && means !== 'gone' }] as const),
  ),
);

/** For answers with no code, as all to HEAD are. */
const BY_STATUS: readonly (readonly [first: number, last: number, error: ErrorCode])[] = [
  [200, 299, 'bad-answer'],
  [300, 399, 'bad-answer'],
  [401, 401, 'credentials-wrong'],
  [403, 403, 'access-denied'],
  [404, 404, 'object-not-found'],
  [408, 408, 'timeout'],
  [413, 413, 'file-too-large'],
  [429, 429, 'throttled'],
  [503, 503, 'throttled'],
  [507, 507, 'quota-exceeded'],
  [500, 599, 'server-error'],
  [400, 499, 'store-refused'],
];

/** Failures on the way, by Node's and the SDK's names for them. */
const ON_THE_WAY: readonly (readonly [pattern: RegExp, error: ErrorCode])[] = [
  [/^(ENOTFOUND|EAI_)/, 'host-not-found'],
  [/^(TimeoutError|ETIMEDOUT|ESOCKETTIMEDOUT)/, 'timeout'],
  [/^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH)/, 'tls'],
  [/^(ECONN|EPIPE|ENET|EHOST|EADDR|EAGAIN|HPE_|UND_|TypeError$|NetworkingError)/, 'network'],
  [/^(CredentialsProviderError|TokenProviderError)/, 'credentials-missing'],
  [/^(SyntaxError|XMLParserError)/, 'bad-answer'],
];

/** Reads what can be told of an error, whatever it is. */
export function readFailure(error: unknown): SdkFailure {
  const status = numberAt(error, '$metadata', 'httpStatusCode');
  const headers = at(at(error, '$response'), 'headers');
  const seconds = Number(at(headers, 'retry-after') ?? Number.NaN);
  const answered = status ?? numberAt(error, '$response', 'statusCode');
  const name = answered === null ? (textAt(error, 'code') ?? textAt(error, 'name')) : textAt(error, 'name');
  const requestId = at(at(error, '$metadata'), 'requestId');
  return {
    name: name ?? 'Error',
    status: answered,
    requestId: typeof requestId === 'string' ? requestId : null,
    retryAfter: Number.isFinite(seconds) ? seconds * 1000 : null,
  };
}

/** The error of a call that failed. `doing` says what was asked for, as in `listing the parts`. */
export function transferError(
  failure: SdkFailure,
  doing: string,
  options: TransferErrorOptions = {},
): TransferError {
  const known = failure.status === null ? undefined : BY_CODE.get(failure.name);
  const code = known?.error ?? codeOf(failure);
  const told =
    failure.status === null ? failure.name : `the store answered ${failure.name}, HTTP ${failure.status}`;
  const id = failure.requestId === null ? '' : `, request ${failure.requestId}`;
  const failing = failure.status !== null && failure.status >= 500 && failure.status !== 507;
  const retryable = known?.retryable ?? failing;
  return new TransferError(code, `${doing}: ${told}`, {
    cause: new Error(`${told}${id}`),
    ...(retryable ? { retryable } : {}),
    ...(failure.retryAfter === null ? {} : { retryAfter: failure.retryAfter }),
    ...options,
  });
}

function codeOf({ name, status }: SdkFailure): ErrorCode {
  if (status !== null && !/^(SyntaxError|XMLParserError)/.test(name)) {
    return BY_STATUS.find(([first, last]) => status >= first && status <= last)?.[2] ?? 'bad-answer';
  }
  return ON_THE_WAY.find(([pattern]) => pattern.test(name))?.[1] ?? 'internal';
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function numberAt(value: unknown, outer: string, inner: string): number | null {
  const found = at(at(value, outer), inner);
  return typeof found === 'number' ? found : null;
}

function textAt(value: unknown, name: string): string | null {
  const found = at(value, name);
  return typeof found === 'string' && found !== '' ? found : null;
}
