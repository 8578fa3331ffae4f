import { TransferError } from '../errors/transfer-error.ts';
import type { SignerCall } from '../signer/signer.ts';
import type { StoreClock } from './store-clock.ts';

/** What every method of a signer does first: ends when it was stopped before, and takes the store's time. */
export function enterCall(clock: StoreClock, call: SignerCall): void {
  if (call.signal.aborted) throw new TransferError('stopped', 'The call was stopped before it began.');
  clock.correct(call);
}
