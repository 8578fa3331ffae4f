import { stopReason } from '../engine/time.ts';
import type { AdmissionOptions } from './options.ts';

/** What the queue must know of a transfer. */
export interface Entry {
  /** Larger first; then first come. Asked whenever a lane is free, since it may rise while the transfer waits. */
  readonly priority: () => number;
  /** May use the lane for small files. */
  readonly small: boolean;
  /** Takes the transfer out of the queue; one that runs already must end by itself. */
  readonly signal: AbortSignal;
}

interface Waiting extends Entry {
  readonly start: () => void;
}

/** The process's queue: so many transfers at once, with a lane kept for small files. */
export class TransferQueue {
  readonly #options: Pick<AdmissionOptions, 'maxTransfers' | 'smallLane'>;
  /** In the order in which they came. */
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #runningLarge = 0;

  constructor(options: Pick<AdmissionOptions, 'maxTransfers' | 'smallLane'>) {
    this.#options = options;
  }

  /** Runs the task when its turn comes. `onQueued` is told when that is not at once. Rejects when stopped while waiting. */
  async run<T>(entry: Entry, task: () => Promise<T>, onQueued: () => void): Promise<T> {
    if (entry.signal.aborted) throw stopReason(entry.signal);
    if (!this.#hasRoom(entry)) {
      onQueued();
      await this.#wait(entry);
    } else this.#take(entry);
    try {
      return await task();
    } finally {
      this.#running -= 1;
      if (!entry.small) this.#runningLarge -= 1;
      this.#admitNext();
    }
  }

  #wait(entry: Entry): Promise<void> {
    return new Promise((resolve, reject) => {
      if (entry.signal.aborted) return reject(stopReason(entry.signal));
      const waiting: Waiting = {
        ...entry,
        start: () => {
          entry.signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(stopReason(entry.signal));
      };
      entry.signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiting);
    });
  }

  #hasRoom({ small }: Pick<Entry, 'small'>): boolean {
    const { maxTransfers, smallLane } = this.#options;
    if (this.#running >= maxTransfers) return false;
    return small || this.#runningLarge < Math.max(1, maxTransfers - smallLane);
  }

  #take({ small }: Pick<Entry, 'small'>): void {
    this.#running += 1;
    if (!small) this.#runningLarge += 1;
  }

  #admitNext(): void {
    for (;;) {
      const next = this.#firstInTurn();
      if (next === undefined) return;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#take(next);
      next.start();
    }
  }

  /** Of those that a lane is free for, the first with the largest priority. */
  #firstInTurn(): Waiting | undefined {
    let first: { readonly waiting: Waiting; readonly priority: number } | undefined;
    for (const waiting of this.#waiting) {
      if (!this.#hasRoom(waiting)) continue;
      const priority = waiting.priority();
      if (first === undefined || priority > first.priority) first = { waiting, priority };
    }
    return first?.waiting;
  }
}
