import type { ErrorCode } from '../errors/codes.ts';
import { TransferError } from '../errors/transfer-error.ts';

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOTFOUND: 'host-not-found',
  EAI_AGAIN: 'host-not-found',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'bad-answer',
  ETIMEDOUT: 'timeout',
  CERT_HAS_EXPIRED: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
  UNABLE_TO_GET_ISSUER_CERT: 'tls',
  INVALID_CA: 'tls',
  EPROTO: 'tls',
};

/** A failure of undici or of the socket, as ours. The cause is kept: it names addresses, never a URL. */
export function httpError(error: unknown, host: string): TransferError {
  if (TransferError.is(error)) return error;
  const refusedBy =
    error instanceof Error ? /^Proxy response \((\d{3})\)/.exec(error.message)?.[1] : undefined;
  if (refusedBy !== undefined) {
    return new TransferError('network', `${host}: the proxy answered ${refusedBy}`, {
      cause: error,
      hint: 'Check HTTPS_PROXY with its user and password, and what the proxy allows; or name the host in NO_PROXY.',
    });
  }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const kind = CODES[code] ?? (/^(ERR_TLS|ERR_SSL|CERT_)/.test(code) ? 'tls' : nameless(error, code));
  return new TransferError(kind, `${host}: ${code === '' ? 'the connection failed' : code}`, {
    cause: error,
  });
}

/** undici's parser says what is wrong with an answer in words only. */
function nameless(error: unknown, code: string): ErrorCode {
  const parser = error instanceof Error && error.name === 'HTTPParserError';
  return parser || code.startsWith('HPE_') ? 'bad-answer' : 'network';
}
