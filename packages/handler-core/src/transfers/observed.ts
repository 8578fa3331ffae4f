import { TransferError } from '../errors/transfer-error.ts';
import type { TransferLabel } from '../runtime/events.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** Tells the runtime's observer how a transfer ended. Whatever it fails with becomes a TransferError. */
export function observed<T extends { readonly size: number; readonly url: string }>(
  { onEvent }: Runtime,
  transfer: TransferLabel,
  running: Promise<T>,
): Promise<T> {
  return running.then(
    (result) => {
      onEvent({ type: 'finished', transfer, bytes: result.size, url: result.url });
      return result;
    },
    (thrown: unknown) => {
      const error = TransferError.from(thrown);
      onEvent(error.code === 'stopped' ? { type: 'stopped', transfer } : { type: 'failed', transfer, error });
      throw error;
    },
  );
}
