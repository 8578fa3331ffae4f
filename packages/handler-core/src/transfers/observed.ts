import { TransferError } from '../errors/transfer-error.ts';
import type { TransferLabel } from '../runtime/events.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** Runs a transfer, and tells the runtime's observer how it ended. Whatever is thrown becomes a TransferError. */
export async function observed<T extends { readonly size: number; readonly url: string }>(
  runtime: Runtime,
  transfer: TransferLabel,
  run: () => Promise<T>,
): Promise<T> {
  try {
    const result = await run();
    runtime.onEvent({ type: 'finished', transfer, bytes: result.size, url: result.url });
    return result;
  } catch (thrown) {
    const error = TransferError.from(thrown);
    runtime.onEvent(
      error.code === 'stopped' ? { type: 'stopped', transfer } : { type: 'failed', transfer, error },
    );
    throw error;
  }
}
