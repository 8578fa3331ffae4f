import type { Lane } from '../engine/request/lane.ts';
import { stopReason } from '../engine/request/time.ts';
import type { Clock } from '../ports/ports.ts';
import type { AdmissionOptions } from './admission.ts';
import { Heap } from './heap.ts';
import type { StopListener, StopSignal } from './stopping.ts';

/** What the queue must know of a transfer. */
export interface QueueEntry {
  /**
   * Larger first; then first come. It may change while the transfer waits: it is asked again when a lane is free, and
   * where very many wait, at least every 50 ms of that.
   */
  readonly priority: () => number;
  /** Its turn among those of its priority, as {@link TransferQueue.arrive} gave it. Default: after all that came before. */
  readonly number?: number;
  /** May use the lane for small files. */
  readonly small: boolean;
  /** A download of a URL that no signer owns: one lane is kept from those. Default false. */
  readonly foreign?: boolean;
  /** Takes the transfer out of the queue; of one that runs already it gives the lane to another. */
  readonly signal: StopSignal;
}

/** Up to so many are asked for their priority whenever a lane is free. */
const FEW = 256;
/** More than that are asked again after so many milliseconds. */
const ASKED_EVERY = 50;

/** The most transfers that may give their lane away while they wait: each keeps its file open. */
const MOST_AWAY = 500;

type Lanes = Pick<AdmissionOptions, 'maxTransfers' | 'smallLane'> &
  Partial<Pick<AdmissionOptions, 'ownLane'>>;

/** Which lanes a transfer may have: all, all but those for small files, or of these all but those kept from strangers. */
const KINDS = ['small', 'large', 'foreign'] as const;
type Kind = (typeof KINDS)[number];

/** The process's queue: so many transfers at once, with a lane kept for small files, and one from strangers. */
export class TransferQueue {
  readonly #options: Lanes;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #heaps: Readonly<Record<Kind, Heap<Place>>> = {
    small: new Heap(isBefore),
    large: new Heap(isBefore),
    foreign: new Heap(isBefore),
  };
  readonly #running: Record<Kind, number> = { small: 0, large: 0, foreign: 0 };
  /** How many have given their lane away for a while. */
  #away = 0;
  #last = 0;
  /** How many of those in the heaps have left. */
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
  run<T>(entry: QueueEntry, task: (lane: Lane) => Promise<T>, onQueued: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const { signal } = entry;
      if (signal.aborted) {
        reject(stopReason(signal));
        return;
      }
      const place = new Place(this, entry, { task, resolve, reject });
      signal.addEventListener('abort', place, { once: true });
      if (!this.enter(place)) onQueued();
    });
  }

  /** A turn for one that comes now, and must still look at its file before it can wait. */
  arrive(): number {
    this.#last += 1;
    return this.#last;
  }

  /** A priority has changed: the next free lane asks all. */
  reconsider(): void {
    this.#asked = Number.NEGATIVE_INFINITY;
  }

  /** Gives a lane, at once or later. True: at once. */
  enter(place: Place): boolean {
    if (this.#hasRoom(place.kind)) {
      this.#take(place);
      return true;
    }
    place.ask();
    this.#heaps[place.kind].add(place);
    return false;
  }

  /** One has left while it waited. */
  leave(): void {
    this.#left += 1;
    if (this.#left > this.#size / 2) this.#rebuild(false);
  }

  giveBack(kind: Kind): void {
    this.#running[kind] -= 1;
    this.#admitNext();
  }

  /** One goes away for a while (1), or is back or over (-1). False: too many are away. */
  goAway(one: 1 | -1): boolean {
    if (one === 1 && this.#away >= MOST_AWAY) return false;
    this.#away += one;
    return true;
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

  #take(place: Place): void {
    this.#running[place.kind] += 1;
    place.begin();
  }

  #admitNext(): void {
    const waiting = this.#size;
    const old = this.#clock.monotonic() - this.#asked >= ASKED_EVERY;
    if (waiting > 0 && (waiting <= FEW || old)) this.#rebuild(true);
    for (;;) {
      const next = this.#first();
      if (next === null) return;
      if (next.hasLeft) this.#left -= 1;
      else this.#take(next);
    }
  }

  /** Takes out the first that a lane is free for, in the order of priority; it may have left. */
  #first(): Place | null {
    let best: Place | null = null;
    for (const kind of KINDS) {
      const { first } = this.#heaps[kind];
      if (first !== undefined && this.#hasRoom(kind) && (best === null || isBefore(first, best)))
        best = first;
    }
    if (best !== null) this.#heaps[best.kind].removeFirst();
    return best;
  }

  /** Throws those out who left, and puts the others in order. */
  #rebuild(ask: boolean): void {
    for (const kind of KINDS) {
      this.#heaps[kind].keep((place) => {
        if (place.hasLeft) return false;
        if (ask) place.ask();
        return true;
      });
    }
    this.#left = 0;
    if (ask) this.#asked = this.#clock.monotonic();
  }
}

/** A job, and who hears of its end. */
interface Task {
  readonly task: (lane: Lane) => Promise<unknown>;
  resolve(result: never): void;
  reject(error: unknown): void;
}

/** A transfer that waits for its lane to come back. */
interface Returning {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * - `waiting`: for its turn.
 * - `running`: it has a lane.
 * - `away`: it runs, and has given its lane to another.
 * - `returning`: the same, and it waits for a lane again.
 * - `over`: it was stopped or has ended; what is left of it in a heap counts for nothing.
 */
type State = 'waiting' | 'running' | 'away' | 'returning' | 'over';

/** A transfer's place in the queue, and its lane. Of thousands that wait each has one: it holds little. */
class Place implements StopListener, Lane {
  /** In the order in which they came. */
  readonly number: number;
  /** As it was when it was last asked. */
  priority = 0;
  readonly #queue: TransferQueue;
  readonly #entry: QueueEntry;
  readonly #task: Task;
  #state: State = 'waiting';
  #returning: Returning | null = null;

  constructor(queue: TransferQueue, entry: QueueEntry, task: Task) {
    this.#queue = queue;
    this.#entry = entry;
    this.#task = task;
    this.number = entry.number ?? queue.arrive();
  }

  get kind(): Kind {
    if (this.#entry.foreign === true) return 'foreign';
    return this.#entry.small ? 'small' : 'large';
  }

  get hasLeft(): boolean {
    return this.#state === 'over';
  }

  ask(): void {
    this.priority = this.#entry.priority();
  }

  /** It has a lane, for the first time or again. */
  begin(): void {
    const before = this.#state;
    this.#state = 'running';
    if (before !== 'waiting') {
      this.#queue.goAway(-1);
      this.#returning?.resolve();
      this.#returning = null;
      return;
    }
    const { task, resolve, reject } = this.#task;
    new Promise((settle) => settle(task(this))).then(
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

  release(): boolean {
    if (this.#state !== 'running' || !this.#queue.goAway(1)) return false;
    this.#state = 'away';
    this.#queue.giveBack(this.kind);
    return true;
  }

  async reacquire(): Promise<void> {
    if (this.#entry.signal.aborted) throw stopReason(this.#entry.signal);
    if (this.#state !== 'away') return;
    await new Promise<void>((resolve, reject) => {
      this.#state = 'returning';
      this.#returning = { resolve, reject };
      this.#queue.enter(this);
    });
  }

  /** It was stopped. */
  handleEvent(): void {
    const waiting = this.#state === 'waiting';
    this.#end();
    if (waiting) this.#task.reject(stopReason(this.#entry.signal));
  }

  #end(): void {
    const before = this.#state;
    if (before === 'over') return;
    this.#state = 'over';
    this.#entry.signal.removeEventListener('abort', this);
    if (before === 'running') this.#queue.giveBack(this.kind);
    else if (before !== 'away') this.#queue.leave();
    if (before === 'away' || before === 'returning') this.#queue.goAway(-1);
    this.#returning?.reject(stopReason(this.#entry.signal));
    this.#returning = null;
  }
}

function isBefore(left: Place, right: Place): boolean {
  return left.priority === right.priority ? left.number < right.number : left.priority > right.priority;
}
