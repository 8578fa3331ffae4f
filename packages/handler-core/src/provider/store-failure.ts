import type { ErrorCode } from '../errors/codes.ts';
import { codeOfStatus } from '../errors/http-status.ts';
import { TransferError, type TransferErrorOptions } from '../errors/transfer-error.ts';
import { meaningOf, type StoreCodes } from './store-codes.ts';

/** The fields read from an error of a store's SDK. The rest can hold keys and signatures, so nothing copies it. */
export interface StoreFailure {
  /** The store's own code, or the name or system code of a failure on the way. */
  readonly name: string;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly requestId: string | null;
  /** Milliseconds. */
  readonly retryAfter: number | null;
}

/** Names that say no more than the status does: the SDKs' for an answer with no body, and the word for a 404 itself. */
const SAYS_NOTHING = /^(not_?found|unknown|unknown_?error|error|rest_?error|\d*)$/i;

/** Failures on the way, by Node's and the SDKs' names for them. */
const ON_THE_WAY: readonly (readonly [pattern: RegExp, error: ErrorCode])[] = [
  [/^(ENOTFOUND|EAI_)/, 'host-not-found'],
  [/^(TimeoutError|ETIMEDOUT|ESOCKETTIMEDOUT)/, 'timeout'],
  [/^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH)/, 'tls'],
  [/^(ECONN|EPIPE|ENET|EHOST|EADDR|EAGAIN|HPE_|UND_|TypeError$|NetworkingError|FetchError)/, 'network'],
  [/^(CredentialsProviderError|TokenProviderError|CredentialUnavailableError)/, 'credentials-missing'],
  [/^(SyntaxError|XMLParserError)/, 'bad-answer'],
];

/** The error of a call that failed. `doing` says what was asked for, as in `listing the parts`. */
export function storeError(
  table: readonly StoreCodes[],
  failure: StoreFailure,
  doing: string,
  options: TransferErrorOptions = {},
): TransferError {
  const { name, status, requestId, retryAfter } = failure;
  const known = status === null ? undefined : meaningOf(table, name);
  const answered = status === null ? name : `${name}, HTTP ${status}`;
  const what = status === null ? `no answer came (${name})` : `the store answered ${answered}`;
  const final = known !== undefined && (known.means === 'refused' || known.means === 'gone');
  const again = known?.means === 'retry' || known?.means === 'corrupt';
  const retryable = again || (status !== null && status >= 500 && status !== 507);
  return new TransferError(known?.error ?? codeOf(failure), `${doing}: ${what}`, {
    cause: new Error(requestId === null ? answered : `${answered}, request ${requestId}`),
    ...(retryable && !final ? { retryable } : {}),
    ...(retryAfter === null ? {} : { retryAfter }),
    ...options,
  });
}

function codeOf({ name, status }: StoreFailure): ErrorCode {
  if (status !== null && !/^(SyntaxError|XMLParserError)/.test(name)) {
    // The signer asks with credentials of its own: a 401 says that those are wrong.
    if (status === 401) return 'credentials-wrong';
    // A code that nobody knows never means that the object is gone.
    return status === 404 && !SAYS_NOTHING.test(name) ? 'store-refused' : codeOfStatus(status);
  }
  return ON_THE_WAY.find(([pattern]) => pattern.test(name))?.[1] ?? 'internal';
}
