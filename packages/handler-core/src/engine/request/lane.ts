import type { Clock } from '../../ports/ports.ts';
import { unlessStopped } from './time.ts';

/** A transfer's place among those that run at once, as the queue gave it. */
export interface Lane {
  /** Gives the place to the next in turn. False: it can't be given away now. */
  release(): boolean;
  /** Queues for a place again, before those that came later. Rejects when the transfer is stopped. */
  reacquire(): Promise<void>;
}

/** The lane of a transfer that is in no queue: nobody else wants it. */
export const OWN_LANE: Lane = { release: () => false, reacquire: () => Promise.resolve() };

/** A rest that lasts longer than this gives the lane away, in milliseconds. */
const LONG_REST = 1000;

/**
 * The lane of a running transfer, shared by its workers. While something of it is on the wire it keeps the lane; when
 * nothing is and a worker rests for long, the lane goes to another, and the memory of the parts with it.
 */
export class TransferLane {
  readonly #lane: Lane;
  readonly #clock: Clock;
  #moving = 0;
  #resting = 0;
  #cancel: (() => void) | null = null;
  #inLane = true;
  #returning: Promise<void> | null = null;
  readonly #onRelease = new Set<() => void>();

  constructor(lane: Lane, clock: Clock) {
    this.#lane = lane;
    this.#clock = clock;
  }

  /** Does something on the wire, in the lane. */
  async use<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    while (!this.#inLane) await this.#back(signal);
    this.#moving += 1;
    try {
      return await run();
    } finally {
      this.#moving -= 1;
    }
  }

  /** Waits, and is back in the lane afterwards. `expected`: how long that will take at least, in milliseconds. */
  async rest(expected: number, signal: AbortSignal, wait: () => Promise<void>): Promise<void> {
    if (this.#lane === OWN_LANE) return wait();
    this.#resting += 1;
    this.#watch();
    if (expected >= LONG_REST) this.#release();
    try {
      await wait();
    } finally {
      this.#resting -= 1;
      if (this.#resting === 0) this.#endWatch();
    }
    await this.#back(signal);
  }

  /** Called when the lane is given away, for what is held only for the next attempt. The answer unsubscribes. */
  onRelease(callback: () => void): () => void {
    this.#onRelease.add(callback);
    return () => this.#onRelease.delete(callback);
  }

  /** While somebody rests in the lane, looks now and then whether it can go. */
  #watch(): void {
    if (this.#cancel !== null || !this.#inLane || this.#resting === 0) return;
    this.#cancel = this.#clock.after(LONG_REST, () => {
      this.#cancel = null;
      this.#release();
      this.#watch();
    });
  }

  #endWatch(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #release(): void {
    if (!this.#inLane || this.#moving > 0 || !this.#lane.release()) return;
    this.#inLane = false;
    this.#endWatch();
    for (const callback of [...this.#onRelease]) callback();
  }

  /** However many workers come back, the transfer queues once. */
  async #back(signal: AbortSignal): Promise<void> {
    if (this.#inLane) return;
    this.#returning ??= this.#lane
      .reacquire()
      .then(() => {
        this.#inLane = true;
        this.#watch();
      })
      .finally(() => {
        this.#returning = null;
      });
    // A worker that is stopped listens no more, and the others may be gone.
    this.#returning.catch(() => undefined);
    await unlessStopped(this.#returning, signal);
  }
}
