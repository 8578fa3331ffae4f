import type { Clock, RandomPort } from '../ports/ports.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /**
   * Moves on by so many milliseconds, and calls back what is due on the way, in order. Between two callbacks it lets
   * what they set free run, also across a turn of the event loop.
   */
  advance(milliseconds: number): Promise<void>;
  /** Sets the time of day alone, as a user does who sets the device's clock wrong. */
  setNow(now: number): void;
  /** How many callbacks are waited for. */
  readonly timers: number;
}

/** @param start - milliseconds since 1970. Default: 2 January 2026, noon UTC. */
export function manualClock(start: number = Date.UTC(2026, 0, 2, 12)): ManualClock {
  let elapsed = 0;
  let offset = start;
  const timers = new Set<Timer>();
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
  const nextDue = (until: number): Timer | undefined =>
    [...timers].filter(({ at }) => at <= until).sort((left, right) => left.at - right.at)[0];
  return {
    now: () => offset + elapsed,
    monotonic: () => elapsed,
    after(milliseconds, callback) {
      const timer = { at: elapsed + Math.max(0, milliseconds), callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(milliseconds) {
      const until = elapsed + milliseconds;
      await settle();
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        timers.delete(timer);
        elapsed = Math.max(elapsed, timer.at);
        timer.callback();
        await settle();
      }
      elapsed = until;
    },
    setNow(now) {
      offset = now - elapsed;
    },
    get timers() {
      return timers.size;
    },
  };
}

/** Chance that is the same in every run (mulberry32): for tests, never for names that must not be guessed. */
export function seededRandom(seed: number): RandomPort {
  let state = seed | 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { fraction, bytes: (count) => Uint8Array.from({ length: count }, () => fraction() * 256) };
}
