import { CONNECTIVITY } from '../../contract/constants.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { TransferLimits } from '../limits.ts';
import { childOf } from './time.ts';

/** Buffered bytes lengthen a wait by at most so many times itself. */
const MOST_LONGER = 4;

/**
 * After a change of network a request has so long to show a byte, in milliseconds, and what its buffers need: its
 * connection may be dead.
 */
const AFTER_CHANGE = 10_000;

/** Ends a request on which nothing moves. */
export interface Watchdog {
  /** Raised when the parent is, or when the request stalled (`stalled`) or was not answered (`timeout`). */
  readonly signal: AbortSignal;
  /** Counts bytes that moved. */
  readonly moved: (bytes: number) => void;
  /** Everything was sent; from now on the answer is waited for. */
  readonly sent: () => void;
  /** The answer has begun; from now on its bytes are waited for. */
  readonly answered: () => void;
  /** The request failed: whatever of it is open is closed. */
  readonly fail: (error: unknown) => void;
  /** The request is over. */
  readonly release: () => void;
}

/** The slowest that an answer's body may be. */
export interface LeastSpeed {
  /** Bytes a second, 0 for any. */
  readonly bytesPerSecond: number;
  /** Milliseconds over which it is measured, again and again. */
  readonly over: number;
}

/** The watched transfer. */
export interface Watched {
  /** Names the request in errors, as in `part 3`. */
  readonly doing: string;
  readonly limits: Pick<TransferLimits, 'stallAfter' | 'answerWithin'>;
  /** How long the link may need for what it was handed and has not moved yet, in milliseconds. Default 0. */
  readonly slack?: () => number;
  readonly least?: LeastSpeed | undefined;
}

/**
 * Watches one request. Bytes only leave a time stamp; a timer looks at it when it runs out, so that a fast link does
 * not set a timer for each slice.
 *
 * What a socket takes lies in the system's buffers first, and a slow link empties them long after: the socket then
 * takes nothing for a while, and the answer comes late. So both waits are longer by the time that the link needs for
 * what may lie there, by the speed that was measured (`slack`), up to five times the limit.
 */
export function watch(
  parent: AbortSignal,
  { clock, network }: Pick<Ports, 'clock' | 'network'>,
  watched: Watched,
): Watchdog {
  const { doing, limits, slack, least } = watched;
  const { controller, release } = childOf(parent);
  let last = clock.monotonic();
  let phase: 'sending' | 'waiting' | 'receiving' = 'sending';
  /** Bytes of the answer since its speed was looked at last. */
  let received = 0;
  let cancelLeast = (): void => undefined;
  let cancel = clock.after(limits.stallAfter, look);
  let cancelChange = (): void => undefined;
  const unsubscribe = network.onChange((connectivity) => {
    if (connectivity === CONNECTIVITY.DISCONNECTED) return;
    const seen = last;
    cancelChange();
    const longer = Math.min(MOST_LONGER * limits.stallAfter, slack?.() ?? 0);
    cancelChange = clock.after(AFTER_CHANGE + longer, () => {
      if (last === seen) bark('the network changed, and no byte moved since');
    });
  });

  function allowed(): number {
    const base = phase === 'waiting' ? limits.answerWithin : limits.stallAfter;
    if (phase === 'receiving' || slack === undefined) return base;
    return base + Math.min(MOST_LONGER * base, slack());
  }

  function bark(why: string): void {
    const code = phase === 'waiting' ? 'timeout' : 'stalled';
    controller.abort(new TransferError(code, `${doing}: ${why}`));
  }

  function look(): void {
    const within = allowed();
    const left = last + within - clock.monotonic();
    if (left > 0) cancel = clock.after(left, look);
    else bark(`${phase === 'waiting' ? 'no answer' : 'no byte moved'} for ${Math.round(within)} ms`);
  }

  function expect(next: typeof phase): void {
    last = clock.monotonic();
    phase = next;
    cancel();
    cancel = clock.after(next === 'waiting' ? limits.answerWithin : limits.stallAfter, look);
  }

  function lookAtSpeed({ bytesPerSecond, over }: LeastSpeed): void {
    if (bytesPerSecond <= 0) return;
    received = 0;
    cancelLeast = clock.after(over, () => {
      if (received * 1000 >= bytesPerSecond * over) return lookAtSpeed({ bytesPerSecond, over });
      const speedText = `${Math.round((received * 1000) / over)} bytes a second`;
      controller.abort(new TransferError('too-slow', `${doing}: ${speedText} for ${over} ms`));
    });
  }

  return {
    signal: controller.signal,
    moved: (bytes) => {
      if (phase === 'receiving') received += bytes;
      last = clock.monotonic();
    },
    sent: () => expect('waiting'),
    answered: () => {
      expect('receiving');
      if (least !== undefined) lookAtSpeed(least);
    },
    fail: (error) => controller.abort(TransferError.from(error)),
    release: () => {
      cancel();
      cancelLeast();
      cancelChange();
      unsubscribe();
      release();
    },
  };
}
