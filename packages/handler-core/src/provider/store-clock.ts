import type { Clock } from '../ports/ports.ts';
import type { SignerCall } from '../signer/signer.ts';

/** Differences below this are the Date header's own: it states whole seconds. */
const TOLERANCE = 2000;

/** The device's clock, corrected by what the store says of the time. */
export class StoreClock {
  readonly #clock: Pick<Clock, 'now'>;
  #offset = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** The store's time, as well as it is known, in milliseconds since 1970. */
  now(): number {
    return this.#clock.now() + this.#offset;
  }

  /** Takes the store's time from a call, where the engine saw it in an answer. */
  correct(call: SignerCall): void {
    if (call.storeTime !== undefined) this.learn(call.storeTime, 0);
  }

  /**
   * Takes the store's time from an answer that took so many milliseconds; the answer is how far off the clock was.
   * It may have been stated at any moment of those.
   */
  learn(storeTime: number, took: number): number {
    const difference = storeTime - this.now();
    if (!Number.isFinite(difference) || Math.abs(difference) <= TOLERANCE + took) return 0;
    this.#offset += difference;
    return difference;
  }
}
