import type { Lane } from '../engine/lane.ts';
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
  /** A download of a URL that no signer owns: one lane is kept from those. Default false. */
  readonly foreign?: boolean;
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

/** So many transfers at most have given their lane away while they wait for something: each keeps its file open. */
const MOST_AWAY = 500;

type Lanes = Pick<AdmissionOptions, 'maxTransfers' | 'smallLane'> &
  Partial<Pick<AdmissionOptions, 'ownLane'>>;

/** Which lanes a transfer may have: all, all but those for small files, or of these all but those kept from strangers. */
const KINDS = ['small', 'large', 'foreign'] as const;
type Kind = (typeof KINDS)[number];

function kindOf({ small, foreign }: Pick<Entry, 'small' | 'foreign'>): Kind {
  if (foreign === true) return 'foreign';
  return small ? 'small' : 'large';
}

/** The process's queue: so many transfers at once, with a lane kept for small files, and one from strangers. */
export class TransferQueue {
  readonly #options: Lanes;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #heaps: Readonly<Record<Kind, Heap<Waiting>>> = {
    small: new Heap(isBefore),
    large: new Heap(isBefore),
    foreign: new Heap(isBefore),
  };
  readonly #running: Record<Kind, number> = { small: 0, large: 0, foreign: 0 };
  #away = 0;
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
   * A task may give its lane away for a while. One that is stopped while it runs keeps it no longer, however long it takes
   * to end.
   */
  async run<T>(entry: Entry, task: (lane: Lane) => Promise<T>, onQueued: () => void): Promise<T> {
    const { signal } = entry;
    const kind = kindOf(entry);
    if (signal.aborted) throw stopReason(signal);
    this.#last += 1;
    const number = this.#last;
    if (this.#hasRoom(kind)) this.#running[kind] += 1;
    else {
      onQueued();
      await this.#wait(entry, kind, number);
    }
    return this.#runInLane(entry, kind, number, task);
  }

  /** Many wait, few run: what only those need that run is made here. */
  async #runInLane<T>(
    entry: Entry,
    kind: Kind,
    number: number,
    task: (lane: Lane) => Promise<T>,
  ): Promise<T> {
    const { signal } = entry;
    let state: 'held' | 'away' | 'over' = 'held';
    const leave = (next: 'away' | 'over'): void => {
      const before = state;
      state = next;
      if (before === 'away') this.#away -= 1;
      if (next === 'away') this.#away += 1;
      if (before !== 'held') return;
      this.#running[kind] -= 1;
      this.#admitNext();
    };
    const lane: Lane = {
      release: () => {
        if (state !== 'held' || this.#away >= MOST_AWAY) return false;
        leave('away');
        return true;
      },
      reacquire: async () => {
        if (signal.aborted) throw stopReason(signal);
        if (this.#hasRoom(kind)) this.#running[kind] += 1;
        else await this.#wait(entry, kind, number);
        if (state === 'away') {
          this.#away -= 1;
          state = 'held';
          return;
        }
        // The task has ended meanwhile: the lane is another's.
        this.#running[kind] -= 1;
        this.#admitNext();
      },
    };
    const onAbort = (): void => leave('over');
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal.aborted) throw stopReason(signal);
      return await task(lane);
    } finally {
      signal.removeEventListener('abort', onAbort);
      leave('over');
    }
  }

  /** A priority has changed: the next free lane asks all. */
  reconsider(): void {
    this.#asked = Number.NEGATIVE_INFINITY;
  }

  #wait(entry: Entry, kind: Kind, number: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (entry.signal.aborted) return reject(stopReason(entry.signal));
      const { signal } = entry;
      const onAbort = (): void => {
        waiting.entry = null;
        this.#left += 1;
        if (this.#left > this.#size / 2) this.#rebuild(false);
        reject(stopReason(signal));
      };
      const waiting: Waiting = {
        entry,
        number,
        priority: entry.priority(),
        start: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#heaps[kind].add(waiting);
    });
  }

  get #size(): number {
    return KINDS.reduce((sum, kind) => sum + this.#heaps[kind].size, 0);
  }

  #hasRoom(kind: Kind): boolean {
    const { maxTransfers, smallLane, ownLane = 0 } = this.#options;
    const { small, large, foreign } = this.#running;
    if (small + large + foreign >= maxTransfers) return false;
    if (kind === 'small') return true;
    const forLarge = Math.max(1, maxTransfers - smallLane);
    if (large + foreign >= forLarge) return false;
    return kind === 'large' || foreign < Math.max(1, forLarge - ownLane);
  }

  #admitNext(): void {
    const waiting = this.#size;
    const old = this.#clock.monotonic() - this.#asked >= ASKED_EVERY;
    if (waiting > 0 && (waiting <= FEW || old)) this.#rebuild(true);
    for (;;) {
      const next = this.#first();
      if (next === null) return;
      const { entry } = next;
      if (entry === null) continue;
      this.#running[kindOf(entry)] += 1;
      next.start();
    }
  }

  /** Takes out the first that a lane is free for, in the order of priority; it may have left. */
  #first(): Waiting | null {
    let best: { readonly kind: Kind; readonly first: Waiting } | null = null;
    for (const kind of KINDS) {
      const { first } = this.#heaps[kind];
      if (first === undefined || !this.#hasRoom(kind)) continue;
      if (best === null || isBefore(first, best.first)) best = { kind, first };
    }
    if (best === null) return null;
    this.#heaps[best.kind].removeFirst();
    if (best.first.entry === null) this.#left -= 1;
    return best.first;
  }

  /** Throws those out who left, and puts the others in order. */
  #rebuild(ask: boolean): void {
    for (const kind of KINDS) {
      this.#heaps[kind].keep((waiting) => {
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
