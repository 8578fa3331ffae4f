import { type Clock, SECOND } from '@mesibo-files/handler-core/provider';
import type { Readiness } from '../context/context.ts';

/** How long an answer holds: many probes cost one look. A bad one holds shorter, so that recovery is soon seen. */
const GOOD_FOR = 10 * SECOND;
const BAD_FOR = 2 * SECOND;
const GIVEN_UP = 10 * SECOND;

/** Looks by this check, given up after 10 s; probes at the same time share one look. */
export function readiness(check: (signal: AbortSignal) => Promise<void>, clock: Clock): Readiness {
  let known: { readonly until: number; readonly outcome: Promise<void> } | null = null;
  let running: Promise<void> | null = null;
  let left = false;
  const settle = (outcome: Promise<void>, holds: number): void => {
    known = { until: clock.monotonic() + holds, outcome };
    running = null;
  };
  return {
    leave() {
      left = true;
    },
    look() {
      if (left) return Promise.reject(new Error('the server is about to end'));
      if (known !== null && clock.monotonic() < known.until) return known.outcome;
      if (running === null) {
        const outcome = timed(check, clock);
        running = outcome;
        outcome.then(
          () => settle(outcome, GOOD_FOR),
          () => settle(outcome, BAD_FOR),
        );
      }
      return running;
    },
  };
}

async function timed(check: (signal: AbortSignal) => Promise<void>, clock: Clock): Promise<void> {
  const over = new AbortController();
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(GIVEN_UP, () => {
      over.abort();
      reject(new Error(`the store did not answer within ${GIVEN_UP / SECOND} s`));
    });
  });
  try {
    await Promise.race([check(over.signal), late]);
  } finally {
    cancel();
  }
}
