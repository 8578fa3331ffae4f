import type { Clock } from '../ports/clock.ts';
import type { RandomPort } from '../ports/random.ts';

/** The platform's time, in Node and in browsers. */
export const platformClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** The platform's chance, in Node and in browsers. */
export const platformRandom: RandomPort = {
  fraction: () => Math.random(),
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};
