import { stopReason } from '../engine/time.ts';
import type { Clock } from '../ports/clock.ts';
import { Heap } from './heap.ts';
import type { AdmissionOptions } from './options.ts';
import type { StopListener, StopSignal } from './stopping.ts';

/** What the queue must know of a transfer. */
export interface Entry {
  /**
   * Larger first; then first come. It may change while the transfer waits: it is asked again when a lane is free, and
   * where very many wait, at least every 50 ms of that.
   */
  readonly priority: () => number;
  /** Its turn among those of its priority, as {@link TransferQueue.arrive} gave it. Default: after all that came before. */
  readonly number?: number;
  /** May use the lane for small files. */
  readonly small: boolean;
  /** Takes the transfer out of the queue; of one that runs already it gives the lane to another. */
  readonly signal: StopSignal;
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
  readonly #small = new Heap<Place>(isBefore);
  readonly #large = new Heap<Place>(isBefore);
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
  run<T>(entry: Entry, task: () => Promise<T>, onQueued: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const { signal } = entry;
      if (signal.aborted) {
        reject(stopReason(signal));
        return;
      }
      const place = new Place(this, entry, { task, resolve, reject });
      signal.addEventListener('abort', place, { once: true });
      if (this.#hasRoom(entry.small)) {
        this.#take(place);
        return;
      }
      place.number = entry.number ?? this.arrive();
      place.priority = entry.priority();
      (entry.small ? this.#small : this.#large).add(place);
      onQueued();
    });
  }

  /** A turn for one that comes now, and must still look at its file before it can wait. */
  arrive(): number {
    this.#last += 1;
    return this.#last;
  }

  /** One has left before its turn. */
  left(): void {
    this.#left += 1;
    if (this.#left > (this.#small.size + this.#large.size) / 2) this.#rebuild(false);
  }

  giveBack(small: boolean): void {
    this.#running -= 1;
    if (!small) this.#runningLarge -= 1;
    this.#admitNext();
  }

  /** A priority has changed: the next free lane asks all. */
  reconsider(): void {
    this.#asked = Number.NEGATIVE_INFINITY;
  }

  #hasRoom(small: boolean): boolean {
    const { maxTransfers, smallLane } = this.#options;
    if (this.#running >= maxTransfers) return false;
    return small || this.#runningLarge < Math.max(1, maxTransfers - smallLane);
  }

  #take(place: Place): void {
    this.#running += 1;
    if (!place.small) this.#runningLarge += 1;
    place.begin();
  }

  #admitNext(): void {
    const waiting = this.#small.size + this.#large.size;
    const old = this.#clock.monotonic() - this.#asked >= ASKED_EVERY;
    if (waiting > 0 && (waiting <= FEW || old)) this.#rebuild(true);
    for (;;) {
      const next = this.#first();
      if (next === null) return;
      if (!next.hasLeft) this.#take(next);
    }
  }

  /** Takes out the first that a lane is free for, in the order of priority; it may have left. */
  #first(): Place | null {
    const small = this.#hasRoom(true) ? this.#small.first : undefined;
    const large = this.#hasRoom(false) ? this.#large.first : undefined;
    const first = small === undefined || (large !== undefined && isBefore(large, small)) ? large : small;
    if (first === undefined) return null;
    (first === small ? this.#small : this.#large).removeFirst();
    if (first.hasLeft) this.#left -= 1;
    return first;
  }

  /** Throws those out who left, and puts the others in order. */
  #rebuild(ask: boolean): void {
    for (const heap of [this.#small, this.#large]) {
      heap.keep((place) => {
        if (place.hasLeft) return false;
        if (ask) place.ask();
        return true;
      });
    }
    this.#left = 0;
    if (ask) this.#asked = this.#clock.monotonic();
  }
}

/** What is to be done, and who is told. */
interface Task {
  readonly task: () => Promise<unknown>;
  resolve(result: never): void;
  reject(error: unknown): void;
}

/** A transfer's place in the queue, then its lane. Of thousands that wait each has one: it holds little. */
class Place implements StopListener {
  /** In the order in which they came. */
  number = 0;
  /** As it was when it was last asked. */
  priority = 0;
  readonly #queue: TransferQueue;
  readonly #entry: Entry;
  /** Null: it has left before its turn. */
  #task: Task | null;
  #lane: 'none' | 'held' | 'given back' = 'none';

  constructor(queue: TransferQueue, entry: Entry, task: Task) {
    this.#queue = queue;
    this.#entry = entry;
    this.#task = task;
  }

  get small(): boolean {
    return this.#entry.small;
  }

  get hasLeft(): boolean {
    return this.#task === null;
  }

  ask(): void {
    this.priority = this.#entry.priority();
  }

  begin(): void {
    this.#lane = 'held';
    const { task, resolve, reject } = this.#task as Task;
    new Promise((settle) => settle(task())).then(
      (result) => {
        this.#end();
        resolve(result as never);
      },
      (error: unknown) => {
        this.#end();
        reject(error);
      },
    );
  }

  /** It was stopped. */
  handleEvent(): void {
    if (this.#lane !== 'none') {
      this.#giveBack();
      return;
    }
    const task = this.#task;
    this.#task = null;
    this.#queue.left();
    task?.reject(stopReason(this.#entry.signal));
  }

  #end(): void {
    this.#entry.signal.removeEventListener('abort', this);
    this.#giveBack();
  }

  #giveBack(): void {
    if (this.#lane !== 'held') return;
    this.#lane = 'given back';
    this.#queue.giveBack(this.small);
  }
}

function isBefore(left: Place, right: Place): boolean {
  return left.priority === right.priority ? left.number < right.number : left.priority > right.priority;
}
