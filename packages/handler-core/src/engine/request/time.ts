import { TransferError } from '../../errors/transfer-error.ts';
import type { Clock } from '../../ports/ports.ts';

/** Why a signal was raised, as the error that follows from it. */
export function stopReason(signal: Pick<AbortSignal, 'reason'>): TransferError {
  return TransferError.is(signal.reason)
    ? signal.reason
    : new TransferError('stopped', 'the transfer was stopped', { cause: signal.reason });
}

/** @throws the signal's reason, when it is raised already. */
export function throwIfStopped(signal: Pick<AbortSignal, 'aborted' | 'reason'>): void {
  if (signal.aborted) throw stopReason(signal);
}

/** Resolves after so many milliseconds; rejects at once when the signal is raised. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(stopReason(signal));
    const cancel = clock.after(milliseconds, () => {
      unsubscribe();
      resolve();
    });
    const unsubscribe = onStop(signal, () => {
      cancel();
      reject(stopReason(signal));
    });
  });
}

/** A controller that is raised with its parent. `release` must be called when done, or listeners pile up on the parent. */
export function childOf(parent: AbortSignal): { controller: AbortController; release: () => void } {
  const controller = new AbortController();
  const end = (): void => controller.abort(stopReason(parent));
  if (!parent.aborted) return { controller, release: onStop(parent, end) };
  end();
  return { controller, release: () => undefined };
}

/** The promise's own outcome, unless the signal is raised first: then its reason. */
export function unlessStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    // Nobody else listens to it, and its failure is no news.
    promise.catch(() => undefined);
    return Promise.reject(stopReason(signal));
  }
  return new Promise((resolve, reject) => {
    const unsubscribe = onStop(signal, () => reject(stopReason(signal)));
    promise.then(resolve, reject).finally(unsubscribe);
  });
}

/** Waits for all. At the first error `stop` makes the others end; they are waited for too, and that error is thrown. */
export async function allOrFirstError(
  running: readonly Promise<void>[],
  stop: (error: unknown) => void,
): Promise<void> {
  const errors: unknown[] = [];
  await Promise.all(
    running.map((one) =>
      one.catch((error: unknown) => {
        if (errors.push(error) === 1) stop(error);
      }),
    ),
  );
  if (errors.length > 0) throw errors[0];
}

/** Callbacks by signal: however many requests wait for a stop, a signal has one listener of ours. */
const hubs = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls back once when the signal is raised, which it must not be yet; the answer unsubscribes. */
export function onStop(signal: AbortSignal, callback: () => void): () => void {
  let hub = hubs.get(signal);
  if (hub === undefined) {
    const callbacks = new Set<() => void>();
    hub = callbacks;
    hubs.set(signal, callbacks);
    signal.addEventListener(
      'abort',
      () => {
        for (const one of [...callbacks]) one();
        callbacks.clear();
      },
      { once: true },
    );
  }
  const callbacks = hub;
  callbacks.add(callback);
  return () => void callbacks.delete(callback);
}
