import { TransferError } from '../errors/transfer-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { TransferLimits } from './options.ts';
import { childOf } from './time.ts';

/** Ends a request on which nothing moves. */
export interface Watchdog {
  /** Raised when the parent is, or when the request stalled (`stalled`) or was not answered (`timeout`). */
  readonly signal: AbortSignal;
  /** Bytes moved. */
  readonly moved: () => void;
  /** Everything was sent; from now on the answer is waited for. */
  readonly sent: () => void;
  /** The answer has begun; from now on its bytes are waited for. */
  readonly answered: () => void;
  /** The request is over. */
  readonly release: () => void;
}

/**
 * Watches one request. Bytes only leave a time stamp; a timer looks at it when it runs out, so that a fast link does
 * not set a timer for each slice.
 */
export function watch(parent: AbortSignal, clock: Clock, limits: TransferLimits, doing: string): Watchdog {
  const { controller, release } = childOf(parent);
  let last = clock.monotonic();
  let within = limits.stallAfter;
  let waiting = false;
  let cancel = clock.after(within, look);

  function look(): void {
    const left = last + within - clock.monotonic();
    if (left > 0) {
      cancel = clock.after(left, look);
      return;
    }
    controller.abort(
      waiting
        ? new TransferError('timeout', `${doing}: no answer for ${within} ms`)
        : new TransferError('stalled', `${doing}: no byte moved for ${within} ms`),
    );
  }

  function expect(answer: boolean): void {
    last = clock.monotonic();
    waiting = answer;
    within = answer ? limits.answerWithin : limits.stallAfter;
    cancel();
    cancel = clock.after(within, look);
  }

  return {
    signal: controller.signal,
    moved: () => {
      last = clock.monotonic();
    },
    sent: () => expect(true),
    answered: () => expect(false),
    release: () => {
      cancel();
      release();
    },
  };
}
