/** The fields of an error that are logged. No others are: client libraries keep whole requests in their errors. */
export interface LoggedError {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** How far causes are followed. */
const DEPTH = 5;

/** Reads any error for the log, with what may be secret left out of its texts. */
export function loggedError(error: unknown, depth: number = DEPTH): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutSecrets(String(error)) };
  const code: unknown = 'code' in error ? error.code : undefined;
  const { stack, cause } = error;
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: withoutSecrets(error.message),
    ...(stack === undefined ? {} : { stack: withoutSecrets(stack) }),
    ...(cause === undefined || depth === 0 ? {} : { cause: loggedError(cause, depth - 1) }),
  };
}

/**
 * Libraries put into their messages what they were given. A signed URL's secret is its query, also where the host is
 * left out; a token follows its scheme; tickets and tokens of three or five parts begin with the Base64 of `{"`.
 */
export function withoutSecrets(text: string): string {
  return text
    .replaceAll(/(\bhttps?:\/\/)[^\s/@"'<>]+@/gi, '$1…@')
    .replaceAll(/\?[\w.~%+-]+=[^\s"'<>)]*/g, '?…')
    .replaceAll(/\b(Bearer|Basic) +[\w.~+/=-]+/gi, '$1 …')
    .replaceAll(/[\w.-]+/g, withoutToken);
}

function withoutToken(word: string): string {
  const at = word.search(/\beyJ/);
  return at < 0 || word.split('.', 3).length < 3 ? word : `${word.slice(0, at)}…`;
}
