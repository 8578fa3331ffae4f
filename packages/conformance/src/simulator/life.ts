import type { Clock, RandomPort } from '@mesibo-files/handler-core/provider';
import type { Timeline } from './timeline.ts';

/** Something asked of the machine that is not done yet: a write, a request. It may still be done when its process is killed. */
interface Operation {
  readonly work: () => unknown;
}

/** The world began on this day, in milliseconds since 1970. */
export const BEGINNING: number = Date.UTC(2026, 0, 2, 12);

/** One life of a process: what it waits for and holds. All of that ends with it. */
export class Life {
  /** As in `p0.2`: the process, and which of its lives. */
  readonly name: string;
  readonly pid: number;
  alive = true;
  /** Timers that were set and neither ran out nor were cancelled. */
  timers = 0;
  /** Connections that are open, with what is done on them. */
  readonly sockets: Set<{ readonly doing: string }> = new Set();
  /** Open files, by number, with their paths. */
  readonly descriptors: Map<number, string> = new Map();
  readonly clock: Clock;
  readonly #timeline: Timeline;
  readonly #random: RandomPort;
  readonly #operations = new Set<Operation>();
  readonly #pids: Set<number>;

  /** `pids`: those of the device's living processes. `ahead`: how wrong the device's clock is. */
  constructor(
    timeline: Timeline,
    random: RandomPort,
    name: string,
    pid: number,
    pids: Set<number>,
    ahead: () => number,
  ) {
    pids.add(pid);
    this.#pids = pids;
    this.name = name;
    this.pid = pid;
    this.#timeline = timeline;
    this.#random = random;
    this.clock = {
      now: () => BEGINNING + timeline.now + ahead(),
      monotonic: () => timeline.now,
      after: (milliseconds, callback) => {
        this.timers += 1;
        let over = false;
        const end = (): boolean => {
          if (over) return false;
          over = true;
          this.timers -= 1;
          return true;
        };
        const cancel = this.after(milliseconds, () => {
          if (end()) callback();
        });
        return () => {
          if (end()) cancel();
        };
      },
    };
  }

  /** Something happens to this process after so many milliseconds, if it lives then. */
  after(milliseconds: number, happen: () => void): () => void {
    return this.#timeline.after(milliseconds, () => {
      if (this.alive) happen();
    });
  }

  /** Resolves after so many milliseconds; never, when the process is killed before. */
  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(milliseconds, resolve);
    });
  }

  /** Asks something of the machine, which takes a while. */
  operate<T>(milliseconds: number, work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const operation: Operation = { work };
      this.#operations.add(operation);
      this.after(milliseconds, () => {
        this.#operations.delete(operation);
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** The process is killed. Of what it had asked of the machine, some is done yet. */
  kill(): void {
    const asked = [...this.#operations];
    this.end();
    for (const { work } of asked) {
      if (this.#random.fraction() < 0.5) continue;
      try {
        work();
      } catch {
        // There is nobody left to be told.
      }
    }
  }

  /** The process is gone at once, with all it had asked for. */
  end(): void {
    this.alive = false;
    this.#pids.delete(this.pid);
    this.#operations.clear();
    this.sockets.clear();
    this.descriptors.clear();
  }
}
