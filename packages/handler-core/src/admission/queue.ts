import { stopReason } from '../engine/time.ts';
import type { Clock } from '../ports/clock.ts';
import { Heap } from './heap.ts';
import type { AdmissionOptions } from './options.ts';

/** What the queue must know of a transfer. */
export interface Entry {
  /**
   * Larger first; then first come. It may change while the transfer waits: it is asked again when a lane is free, and
   * where very many wait, at least every 50 ms of that.
   */
  readonly priority: () => number;
  /** May use the lane for small files. */
  readonly small: boolean;
  /** Takes the transfer out of the queue; of one that runs already it gives the lane to another. */
  readonly signal: AbortSignal;
}

interface Waiting {
  /** Null: it has left. */
  entry: Entry | null;
  /** In the order in which they came. */
  readonly number: number;
  /** As it was when it was last asked. */
  priority: number;
  readonly start: () => void;
}

/** Up to so many are asked for their priority whenever a lane is free. */
const FEW = 256;
/** More than that are asked again after so many milliseconds. */
const ASKED_EVERY = 50;

type Lanes = Pick<AdmissionOptions, 'maxTransfers' | 'smallLane'>;

/** The process's queue: so many transfers at once, with a lane kept for small files. */
export class TransferQueue {
  readonly #options: Lanes;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #small = new Heap<Waiting>(isBefore);
  readonly #large = new Heap<Waiting>(isBefore);
  #running = 0;
  #runningLarge = 0;
  #last = 0;
  /** Of those in the heaps, so many have left. */
  #left = 0;
  #asked = Number.NEGATIVE_INFINITY;

  constructor(options: Lanes, clock: Pick<Clock, 'monotonic'>) {
    this.#options = options;
    this.#clock = clock;
  }

  /**
   * Runs the task when its turn comes. `onQueued` is told when that is not at once. Rejects when stopped while waiting.
   * A task that is stopped while it runs keeps its lane no longer, however long it takes to end.
   */
  async run<T>(entry: Entry, task: () => Promise<T>, onQueued: () => void): Promise<T> {
    if (entry.signal.aborted) throw stopReason(entry.signal);
    if (!this.#hasRoom(entry.small)) {
      onQueued();
      await this.#wait(entry);
    } else this.#take(entry);
    let held = true;
    const giveUp = (): void => {
      if (!held) return;
      held = false;
      entry.signal.removeEventListener('abort', giveUp);
      this.#running -= 1;
      if (!entry.small) this.#runningLarge -= 1;
      this.#admitNext();
    };
    entry.signal.addEventListener('abort', giveUp, { once: true });
    try {
      if (entry.signal.aborted) throw stopReason(entry.signal);
      return await task();
    } finally {
      giveUp();
    }
  }

  /** A priority has changed: the next free lane asks all. */
  reconsider(): void {
    this.#asked = Number.NEGATIVE_INFINITY;
  }

  #wait(entry: Entry): Promise<void> {
    return new Promise((resolve, reject) => {
      if (entry.signal.aborted) return reject(stopReason(entry.signal));
      const { signal } = entry;
      const onAbort = (): void => {
        waiting.entry = null;
        this.#left += 1;
        if (this.#left > (this.#small.size + this.#large.size) / 2) this.#rebuild(false);
        reject(stopReason(signal));
      };
      this.#last += 1;
      const waiting: Waiting = {
        entry,
        number: this.#last,
        priority: entry.priority(),
        start: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#heapOf(entry).add(waiting);
    });
  }

  #heapOf({ small }: Pick<Entry, 'small'>): Heap<Waiting> {
    return small ? this.#small : this.#large;
  }

  #hasRoom(small: boolean): boolean {
    const { maxTransfers, smallLane } = this.#options;
    if (this.#running >= maxTransfers) return false;
    return small || this.#runningLarge < Math.max(1, maxTransfers - smallLane);
  }

  #take({ small }: Pick<Entry, 'small'>): void {
    this.#running += 1;
    if (!small) this.#runningLarge += 1;
  }

  #admitNext(): void {
    const waiting = this.#small.size + this.#large.size;
    const old = this.#clock.monotonic() - this.#asked >= ASKED_EVERY;
    if (waiting > 0 && (waiting <= FEW || old)) this.#rebuild(true);
    for (;;) {
      const next = this.#first();
      if (next === null) return;
      const { entry } = next;
      if (entry === null) continue;
      this.#take(entry);
      next.start();
    }
  }

  /** Takes out the first that a lane is free for, in the order of priority; it may have left. */
  #first(): Waiting | null {
    const small = this.#hasRoom(true) ? this.#small.first : undefined;
    const large = this.#hasRoom(false) ? this.#large.first : undefined;
    const first = small === undefined || (large !== undefined && isBefore(large, small)) ? large : small;
    if (first === undefined) return null;
    (first === small ? this.#small : this.#large).removeFirst();
    if (first.entry === null) this.#left -= 1;
    return first;
  }

  /** Throws those out who left, and puts the others in order. */
  #rebuild(ask: boolean): void {
    for (const heap of [this.#small, this.#large]) {
      heap.keep((waiting) => {
        if (waiting.entry === null) return false;
        if (ask) waiting.priority = waiting.entry.priority();
        return true;
      });
    }
    this.#left = 0;
    if (ask) this.#asked = this.#clock.monotonic();
  }
}

function isBefore(left: Waiting, right: Waiting): boolean {
  return left.priority === right.priority ? left.number < right.number : left.priority > right.priority;
}
