import type { TransferError } from '@mesibo-files/handler-core';
import { retryAfterOf, type StoreFailure, storeError } from '@mesibo-files/handler-core/provider';
import { STORE_CODES } from './store-codes.ts';

/** Reads what can be told of an error, whatever it is. */
export function readFailure(error: unknown): StoreFailure {
  const status = numberAt(error, '$metadata', 'httpStatusCode');
  const headers = at(at(error, '$response'), 'headers');
  const answered = status ?? numberAt(error, '$response', 'statusCode');
  const name = answered === null ? (textAt(error, 'code') ?? textAt(error, 'name')) : textAt(error, 'name');
  const requestId = at(at(error, '$metadata'), 'requestId');
  return {
    name: name ?? 'Error',
    status: answered,
    requestId: typeof requestId === 'string' ? requestId : null,
    retryAfter: retryAfterOf(at(headers, 'retry-after')),
  };
}

/** The error of a call of the SDK that failed. `doing` says what was asked for, as in `listing the parts`. */
export function transferError(failure: StoreFailure, doing: string): TransferError {
  return storeError(STORE_CODES, failure, doing);
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
