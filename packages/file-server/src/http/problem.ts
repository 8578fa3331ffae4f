import { ERROR_CODES, type ErrorCode, TransferError } from '@mesibo-files/handler-core';
import type { ProblemBody } from '@mesibo-files/handler-core/wire';
import { SERVER_CODES, type ServerCode } from './codes.ts';
import { Refusal } from './refusal.ts';

/** What an error looks like to a client. */
export interface Problem {
  readonly status: number;
  readonly code: ServerCode | ErrorCode;
  /** One sentence. */
  readonly message: string;
  readonly hint: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Statuses of the transfer errors that are the client's to mend; all others are the server's or the store's. */
const CLIENT_STATUS: Partial<Readonly<Record<ErrorCode, number>>> = {
  'invalid-argument': 400,
  'invalid-url': 400,
  'foreign-url': 404,
  'file-too-large': 413,
  'type-refused': 415,
  unauthorised: 401,
  forbidden: 403,
  'request-expired': 403,
  'object-not-found': 404,
  'object-archived': 409,
  'object-changed': 412,
  'object-exists': 409,
  'upload-gone': 410,
  'upload-ended': 409,
  'commit-pending': 503,
  'upload-incomplete': 409,
  'digest-mismatch': 422,
  'size-mismatch': 422,
  discarded: 410,
  unsupported: 501,
  throttled: 503,
  offline: 503,
  timeout: 504,
  stopped: 503,
  'quota-exceeded': 507,
  'disk-full': 507,
  internal: 500,
};

/** Faults of the store that a client can do nothing about: what they say is for the log, not for it. */
const STORE_STATUS = 502;

/** Reads any error; what is none of ours becomes `internal`, and says nothing of itself. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return refused(error);
  if (!TransferError.is(error)) return unknown();
  const status = CLIENT_STATUS[error.code] ?? STORE_STATUS;
  const hidden = status >= 500;
  return {
    status,
    code: error.code,
    message: hidden ? 'The server could not do this now; its log says why.' : error.message,
    hint: error.hint,
    retryable: error.retryable,
    headers: error.retryAfter === undefined ? {} : { 'retry-after': seconds(error.retryAfter) },
  };
}

function refused({ code, message, headers }: Refusal): Problem {
  if (isServerCode(code)) {
    const { status, hint } = SERVER_CODES[code];
    return { status, code, message, hint, retryable: [408, 429, 503].includes(status), headers };
  }
  const { hint, retryable } = ERROR_CODES[code];
  return { status: CLIENT_STATUS[code] ?? STORE_STATUS, code, message, hint, retryable, headers };
}

function isServerCode(code: ServerCode | ErrorCode): code is ServerCode {
  return Object.hasOwn(SERVER_CODES, code);
}

function unknown(): Problem {
  const { hint } = ERROR_CODES.internal;
  return { status: 500, code: 'internal', message: 'The server failed.', hint, retryable: true, headers: {} };
}

/** Retry-After is in whole seconds. */
export function seconds(milliseconds: number): string {
  return String(Math.max(1, Math.ceil(milliseconds / 1000)));
}

/** The problem as JSON of every route but the upload URL, which has its own dialect. */
export function problemBody({ code, message, hint, retryable }: Problem, requestId: string): ProblemBody {
  return { error: { code, message, hint, retryable, requestId } };
}
