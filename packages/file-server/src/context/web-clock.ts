import type { Clock } from '@mesibo-files/handler-core/provider';

/** Time as every JavaScript platform has it. */
export const webClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
