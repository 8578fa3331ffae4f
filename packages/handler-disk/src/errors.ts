import { TransferError } from '@mesibo-files/handler-core';
import { meaningOf } from '@mesibo-files/handler-core/provider';
import { STORE_CODES } from './store-codes.ts';
import { faultOf } from './store-fault.ts';

/** Runs a call of the signer; what the disk does to it comes out as ours. `doing` names it, as in `beginning`. */
export async function told<Answer>(doing: string, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    throw TransferError.is(error) ? error : transferError(error, doing);
  }
}

function transferError(error: unknown, doing: string): TransferError {
  const fault = faultOf(error);
  // A fault of ours is no failure of the disk, and is not tried again.
  const known = fault.code === 'InternalError' ? undefined : meaningOf(STORE_CODES, fault.code);
  return new TransferError(known?.error ?? 'internal', `${doing}: ${fault.message}`, {
    cause: fault.cause ?? fault,
    retryable: known?.means === 'retry',
  });
}
