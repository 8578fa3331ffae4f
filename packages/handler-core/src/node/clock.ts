import type { Clock } from '../ports/clock.ts';

/** The longest time a Node timer takes; a longer one would fire at once. */
const MAX_TIMER = 2 ** 31 - 1;

/** The machine's own time. Its timers keep the process alive: a transfer that waits is work to do. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, milliseconds), MAX_TIMER));
    return () => clearTimeout(timer);
  },
};
