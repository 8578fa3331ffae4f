import { ERROR_CODES, type ErrorCode, TransferError } from '@mesibo-files/handler-core';
import { CheckFailed, check } from './check.ts';
import type { SecretWatch } from './secrets.ts';

/** Fails the case unless the call rejects with a `TransferError` of one of these codes that shows no secret. */
export async function fails(
  call: () => Promise<unknown>,
  codes: readonly ErrorCode[],
  secrets: SecretWatch,
  what: string,
): Promise<TransferError> {
  let caught: unknown;
  try {
    await call();
  } catch (error) {
    caught = error;
  }
  if (caught === undefined)
    throw new CheckFailed(`${what}: expected ${codes.join(' or ')}, but it succeeded`);
  checkError(caught, codes, secrets, what);
  return caught;
}

/** Fails the case unless this is a well-formed `TransferError` of one of these codes that shows no secret. */
export function checkError(
  error: unknown,
  codes: readonly ErrorCode[],
  secrets: SecretWatch,
  what: string,
): asserts error is TransferError {
  if (!TransferError.is(error))
    throw new CheckFailed(`${what}: expected a TransferError, got ${String(error)}`);
  if (!codes.includes(error.code)) {
    throw new CheckFailed(`${what}: expected ${codes.join(' or ')}, got ${error.code} (${error.message})`);
  }
  check(error.code in ERROR_CODES, `${error.code} is a known code`);
  check(error.hint.length > 0, `${error.code} says what can be done`);
  secrets.scanError(error);
}
