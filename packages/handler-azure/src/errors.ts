import type { TransferError } from '@mesibo-files/handler-core';
import {
  retryAfterOf,
  type StoreFailure,
  storeError,
  type TransferErrorOptions,
} from '@mesibo-files/handler-core/provider';
import { STORE_CODES, TIME_FRAMES } from './store-codes.ts';

/** Reads what can be told of an error of the SDK, whatever it is. */
export function readFailure(error: unknown): StoreFailure {
  const details = at(error, 'details');
  const status = at(error, 'statusCode');
  const frame = textOf(at(details, 'authenticationErrorDetail'));
  const inTime = frame === null ? undefined : TIME_FRAMES.find((text) => frame.includes(text));
  const code = inTime ?? textOf(at(details, 'errorCode')) ?? textOf(at(error, 'code'));
  const own = code === null || code === 'REQUEST_SEND_ERROR' || code === 'PARSE_ERROR' ? null : code;
  return {
    name: own ?? textOf(at(at(error, 'cause'), 'code')) ?? nameOf(error),
    status: typeof status === 'number' ? status : null,
    requestId: textOf(at(details, 'x-ms-request-id')),
    retryAfter: retryAfterOf(at(details, 'retry-after')),
  };
}

/** Who answered with this error, and when by its clock (milliseconds since 1970). */
export function answeredBy(error: unknown): { readonly server: string | null; readonly date: number | null } {
  const details = at(error, 'details');
  const date = Date.parse(textOf(at(details, 'date')) ?? '');
  return { server: textOf(at(details, 'server')), date: Number.isNaN(date) ? null : date };
}

/** The error of a call that failed. `doing` says what was asked for, as in `listing the blocks`. */
export function transferError(
  failure: StoreFailure,
  doing: string,
  options: TransferErrorOptions = {},
): TransferError {
  return storeError(STORE_CODES, failure, doing, options);
}

/** Errors of the SDK say by a code what others say by their name. */
function nameOf(error: unknown): string {
  if (at(error, 'code') === 'PARSE_ERROR') return 'XMLParserError';
  const message = textOf(at(error, 'message')) ?? '';
  const system =
    /\b(E[A-Z]{4,}|EAI_\w+|CERT_\w+|DEPTH_ZERO\w+|SELF_SIGNED\w+|UNABLE_TO_\w+|ERR_TLS\w+)\b/.exec(message);
  if (system?.[1] !== undefined) return system[1];
  return at(error, 'code') === 'REQUEST_SEND_ERROR'
    ? 'NetworkingError'
    : (textOf(at(error, 'name')) ?? 'Error');
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
