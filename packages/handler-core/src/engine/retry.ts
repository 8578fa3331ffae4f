import { TransferError } from '../errors/transfer-error.ts';
import type { TransferContext } from './context.ts';
import { untilOnline } from './online.ts';
import { pause, throwIfStopped } from './time.ts';

/** Errors that were retried to the end already: a retry around a retry must not multiply the attempts. */
const exhausted = new WeakSet<TransferError>();

/** What one attempt is told. */
export interface Attempt {
  /** Failures that count, before this attempt. */
  readonly failures: number;
  /** How the attempt before ended, or null. */
  readonly last: TransferError | null;
}

/**
 * Does something until it succeeds, fails for good, or has failed too often with nothing confirmed in between.
 * Waits with full jitter, obeys Retry-After, takes each retry out of the process's budget, waits while offline.
 * A first failure that can't be read (`network`: in a browser it may be an expired signature) does not count.
 */
export async function persist<T>(
  context: TransferContext,
  attempt: (attempt: Attempt) => Promise<T>,
  most: number = context.limits.attempts,
): Promise<T> {
  let failures = 0;
  let last: TransferError | null = null;
  let confirmed = context.ledger.confirmed;
  for (;;) {
    throwIfStopped(context.signal);
    try {
      return await attempt({ failures, last });
    } catch (thrown) {
      const error = TransferError.from(thrown);
      throwIfStopped(context.signal);
      if (!error.retryable || error.code === 'stopped' || exhausted.has(error)) throw error;
      // Further than ever counts: what was lost and sent once more is no progress.
      if (context.ledger.confirmed > confirmed) failures = 0;
      confirmed = Math.max(confirmed, context.ledger.confirmed);
      if (last !== null || error.code !== 'network') failures += 1;
      last = error;
      if (failures >= most) {
        exhausted.add(error);
        throw error;
      }
      await beforeRetry(context, error, failures).catch((given: unknown) => {
        if (TransferError.is(given)) exhausted.add(given);
        throw given;
      });
    }
  }
}

/** Waits as long as a good citizen does before the next attempt. `failures`: so many so far. */
export async function beforeRetry(
  context: TransferContext,
  error: TransferError,
  failures: number,
): Promise<void> {
  const { limits, ports, signal } = context;
  const asked = error.retryAfter ?? 0;
  if (asked > limits.retryAfterMost) {
    throw new TransferError('throttled', `the store asks to wait ${Math.round(asked / 1000)} s`, {
      cause: error,
      retryable: false,
    });
  }
  const ceiling = Math.min(limits.retryCap, limits.retryBase * 2 ** Math.max(0, failures - 1));
  const delay = Math.round(asked + ports.random.fraction() * ceiling);
  context.onRetry(error, delay);
  await context.budget.take(signal);
  await pause(ports.clock, delay, signal);
  await untilOnline(ports, limits.offlineFor, signal);
}
