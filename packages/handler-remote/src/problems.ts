import { type ErrorCode, TransferError } from '@mesibo-files/handler-core';
import { retryAfterOf, type TransferErrorOptions } from '@mesibo-files/handler-core/provider';
import { isErrorCode, type ProblemBody, problem as problemBody } from '@mesibo-files/handler-core/wire';

/** The server's own codes, in ours. Any other of its codes goes by the status. */
const SERVER_CODES: Readonly<Record<string, ErrorCode>> = {
  // The engine starts over after these two.
  'ticket-refused': 'invalid-argument',
  'ticket-over': 'upload-gone',
  'rate-limited': 'throttled',
  'bad-json': 'invalid-argument',
  'body-too-large': 'invalid-argument',
  'no-such-route': 'bad-answer',
  'method-not-allowed': 'bad-answer',
};

/** Codes that mean something else where they come from: there it is the server's disk, and the server that was stopped. */
const NOT_OURS: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  'disk-full': 'quota-exceeded',
  stopped: 'server-error',
  internal: 'server-error',
  offline: 'server-error',
  network: 'server-error',
};

/** For answers that are none of the server's, as of a proxy in front of it. */
const BY_STATUS: readonly (readonly [first: number, last: number, code: ErrorCode])[] = [
  [401, 401, 'unauthorised'],
  [403, 403, 'forbidden'],
  [408, 408, 'timeout'],
  [429, 429, 'throttled'],
  [504, 504, 'timeout'],
  [500, 599, 'server-error'],
];

/** The longest sentence of a server that is shown, in characters. */
const MOST_SHOWN = 300;

/** An answer that is no success. */
export interface FailedAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** What came, parsed; undefined where that was no JSON. */
  readonly body: unknown;
  /** What was sent along and must not be shown, if the answer repeats it. */
  readonly secrets: readonly string[];
}

/** The error of a call that the server did not perform. `doing` names it. */
export function problemOf(answer: FailedAnswer, doing: string): TransferError {
  const problem = readProblem(answer.body);
  const retryAfter = retryAfterOf(answer.retryAfter);
  const waits: TransferErrorOptions = retryAfter === null ? {} : { retryAfter };
  if (problem === null) {
    const code = codeOfStatus(answer.status);
    const hint = code === 'bad-answer' ? { hint: 'Check the base URL of the file server.' } : {};
    return new TransferError(code, `${doing}: HTTP ${answer.status}, not by a file server`, {
      ...waits,
      ...hint,
    });
  }
  const said = sentence(problem.message, answer.secrets);
  return new TransferError(codeOf(problem.code, answer.status), `${doing}: ${said || problem.code}`, {
    ...waits,
    retryable: problem.retryable,
  });
}

/** A text of the server that is safe to show: short, on one line, with no URL and nothing of the request. */
export function sentence(given: string, secrets: readonly string[]): string {
  if (given.includes('://') || secrets.some((secret) => given.includes(secret))) return '';
  return given.replace(/\p{C}+/gu, ' ').slice(0, MOST_SHOWN);
}

function readProblem(body: unknown): ProblemBody['error'] | null {
  try {
    const { error } = problemBody(body, 'answer');
    return /^[a-z0-9-]{1,64}$/.test(error.code) ? error : null;
  } catch {
    return null;
  }
}

function codeOf(code: string, status: number): ErrorCode {
  if (isErrorCode(code)) return NOT_OURS[code] ?? code;
  return (Object.hasOwn(SERVER_CODES, code) ? SERVER_CODES[code] : undefined) ?? codeOfStatus(status);
}

function codeOfStatus(status: number): ErrorCode {
  return BY_STATUS.find(([first, last]) => status >= first && status <= last)?.[2] ?? 'bad-answer';
}
