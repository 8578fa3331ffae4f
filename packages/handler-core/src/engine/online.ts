import { CONNECTIVITY } from '../contract/constants.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { Ports } from '../ports/ports.ts';
import { stopReason } from './time.ts';

/** Resolves when there is a network; rejects with `offline` when there is none for `most` milliseconds. */
export function untilOnline(
  ports: Pick<Ports, 'network' | 'clock'>,
  most: number,
  signal: AbortSignal,
): Promise<void> {
  if (ports.network.connectivity() !== CONNECTIVITY.DISCONNECTED) return Promise.resolve();
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(stopReason(signal));
    const end = (finish: () => void): void => {
      unsubscribe();
      cancel();
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const onAbort = (): void => end(() => reject(stopReason(signal)));
    const unsubscribe = ports.network.onChange((connectivity) => {
      if (connectivity !== CONNECTIVITY.DISCONNECTED) end(resolve);
    });
    const cancel = ports.clock.after(most, () =>
      end(() => reject(new TransferError('offline', `there was no network for ${most} ms`))),
    );
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
