import type { Clock } from '../ports/clock.ts';
import { pause } from './time.ts';

/** Retries that may come at once, and how fast further ones are earned. */
const BURST = 20;
const PER_SECOND = 2;

/**
 * The process's budget of retries: a bucket of tokens. When it is empty a retry waits for the next token; it never
 * fails. So a store in trouble gets a trickle from us, however many transfers wait for it.
 */
export class RetryBudget {
  readonly #clock: Clock;
  #tokens = BURST;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.monotonic();
  }

  /** Takes one retry out of the budget, waiting for it if need be. One who is stopped meanwhile gives it back. */
  async take(signal: AbortSignal): Promise<void> {
    this.#refill();
    this.#tokens -= 1;
    if (this.#tokens >= 0) return;
    await pause(this.#clock, (-this.#tokens / PER_SECOND) * 1000, signal).catch((error: unknown) => {
      this.#tokens += 1;
      throw error;
    });
  }

  #refill(): void {
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#at) / 1000) * PER_SECOND);
    this.#at = now;
  }
}
