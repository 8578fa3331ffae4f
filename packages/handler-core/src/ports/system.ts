import type { Clock, RandomPort } from './ports.ts';

/** The longest time a timer takes, in Node and in browsers; a longer one would fire at once. */
const MAX_TIMER = 2 ** 31 - 1;

/** The machine's own time. In Node its timers keep the process alive: a transfer that waits is work to do. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, milliseconds), MAX_TIMER));
    return () => clearTimeout(timer);
  },
};

/** Chance of the Web Crypto API where it must not be guessed, which Node and browsers have; else of the engine. */
export const systemRandom: RandomPort = {
  fraction: () => Math.random(),
  bytes: (count) => globalThis.crypto.getRandomValues(new Uint8Array(count)),
};
