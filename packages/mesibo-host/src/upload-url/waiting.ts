import { CONNECTIVITY, type Runtime, TransferError } from '@mesibo-files/handler-core';
import type { Clock, NetworkPort } from '@mesibo-files/handler-core/provider';

/** Why a signal was raised. */
export function reasonOf(signal: AbortSignal): TransferError {
  return TransferError.is(signal.reason)
    ? signal.reason
    : new TransferError('stopped', 'the upload was stopped');
}

/**
 * Waits before an upload is tried again: as long as the server asked, else a random share of a pause that doubles; in
 * turn with every other retry; and until there is a network.
 *
 * @throws `throttled` when the server asks for too long, `offline`, `stopped`
 */
export async function beforeRetry(
  { limits, ports, budget }: Runtime,
  error: TransferError,
  failures: number,
  signal: AbortSignal,
): Promise<void> {
  const asked = error.retryAfter ?? 0;
  if (asked > limits.retryAfterMost) {
    throw new TransferError('throttled', `the server asks to wait ${Math.round(asked / 1000)} s`, {
      retryable: false,
    });
  }
  const ceiling = Math.min(limits.retryCap, limits.retryBase * 2 ** (failures - 1));
  await budget.take(signal);
  await until((go) => ports.clock.after(asked + ports.random.fraction() * ceiling, go), signal);
  await untilConnected(ports.network, ports.clock, limits.offlineFor, signal);
}

async function untilConnected(
  network: NetworkPort,
  clock: Clock,
  most: number,
  signal: AbortSignal,
): Promise<void> {
  const offline = (): boolean => network.connectivity() === CONNECTIVITY.DISCONNECTED;
  if (!offline()) return;
  await until((go) => {
    const ends = [clock.after(most, go), network.onChange(() => offline() || go())];
    return () => {
      for (const end of ends) end();
    };
  }, signal);
  if (offline()) throw new TransferError('offline', `no network for ${most} ms`, { retryable: false });
}

/** Resolves when `begin`'s callback is called; rejects when the signal is raised. What `begin` answers is called then. */
function until(begin: (go: () => void) => () => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(reasonOf(signal));
    const finish = (how: () => void): void => {
      end();
      signal.removeEventListener('abort', onAbort);
      how();
    };
    const onAbort = (): void => finish(() => reject(reasonOf(signal)));
    const end = begin(() => finish(resolve));
    signal.addEventListener('abort', onAbort);
  });
}
