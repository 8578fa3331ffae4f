import { CONNECTIVITY } from '../../contract/constants.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { Ports } from '../../ports/ports.ts';
import { onStop, stopReason } from './time.ts';

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
      unhook();
      finish();
    };
    const unsubscribe = ports.network.onChange((connectivity) => {
      if (connectivity !== CONNECTIVITY.DISCONNECTED) end(resolve);
    });
    const cancel = ports.clock.after(most, () =>
      end(() => reject(new TransferError('offline', `there was no network for ${most} ms`))),
    );
    const unhook = onStop(signal, () => end(() => reject(stopReason(signal))));
  });
}

/** Waits so many milliseconds, or until the network is another one. */
export function pauseUntilChange(
  ports: Pick<Ports, 'network' | 'clock'>,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(stopReason(signal));
    const end = (finish: () => void): void => {
      unsubscribe();
      cancel();
      unhook();
      finish();
    };
    const unsubscribe = ports.network.onChange((connectivity) => {
      if (connectivity !== CONNECTIVITY.DISCONNECTED) end(resolve);
    });
    const cancel = ports.clock.after(milliseconds, () => end(resolve));
    const unhook = onStop(signal, () => end(() => reject(stopReason(signal))));
  });
}
