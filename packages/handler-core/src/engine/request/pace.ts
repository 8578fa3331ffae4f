import type { Clock } from '../../ports/ports.ts';
import type { TransferLimits } from '../limits.ts';
import { Climb } from './climb.ts';
import { type MeteredLink, RequestMeter } from './meter.ts';
import { LinkSpeed } from './speed.ts';
import { onStop, stopReason } from './time.ts';

/** The right to have one part on the way, and its memory. Given back once; doing so again is harmless. */
export interface Slot {
  release(): void;
}

interface Waiting {
  readonly direction: Direction;
  /** The transfer: any object that stands for it. */
  readonly transfer: object;
  readonly bytes: number;
  readonly size: number;
  readonly grant: () => void;
}

/**
 * How many parts are on the way at once, in both directions, over all transfers of a process: as many as the link gains
 * from, and as the memory allows. Each transfer may always have one, if there is memory; more go to whoever has least.
 */
export class Pace {
  readonly up: Direction;
  readonly down: Direction;
  readonly #memory: number;
  readonly #clock: Clock;
  #used = 0;
  #waiting: Waiting[] = [];

  constructor(clock: Clock, limits: Pick<TransferLimits, 'concurrency' | 'pacing' | 'bufferMemory'>) {
    this.#clock = clock;
    this.#memory = limits.bufferMemory;
    const changed = (): void => this.#serve();
    this.up = new Direction(clock, limits, true, changed);
    this.down = new Direction(clock, limits, false, changed);
  }

  /**
   * Waits for a slot with so many bytes of memory. Rejects when the signal is raised.
   * @param size - bytes of the part. Default: as many as the memory
   */
  acquire(
    direction: Direction,
    transfer: object,
    bytes: number,
    signal: AbortSignal,
    size: number = bytes,
  ): Promise<Slot> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(stopReason(signal));
      const waiting: Waiting = {
        direction,
        transfer,
        bytes,
        size,
        grant: () => {
          unhook();
          resolve(this.#taken(waiting));
        },
      };
      const unhook = onStop(signal, () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(stopReason(signal));
        this.#serve();
      });
      this.#waiting.push(waiting);
      this.#serve();
    });
  }

  #taken({ direction, transfer, bytes }: Waiting): Slot {
    let released = false;
    return {
      release: () => {
        if (released) return;
        released = true;
        this.#used -= bytes;
        direction.left(transfer);
        this.#serve();
      },
    };
  }

  #serve(): void {
    for (;;) {
      const next = this.#next();
      if (next === null) break;
      // A part that is too large waits for memory, and nobody passes it: small ones would keep it waiting for ever.
      if (this.#used > 0 && this.#used + next.bytes > this.#memory) {
        next.direction.capped(this.#clock.monotonic());
        break;
      }
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#used += next.bytes;
      next.direction.took(next.transfer, next.size);
      next.grant();
    }
    for (const direction of [this.up, this.down]) {
      direction.wanted = this.#waiting.some((waiting) => waiting.direction === direction);
    }
  }

  /** The next request that a lane is free for: the first of the transfer with the fewest running. */
  #next(): Waiting | null {
    let best: Waiting | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const waiting of this.#waiting) {
      const slots = waiting.direction.slotsOf(waiting.transfer);
      if (slots >= least || !waiting.direction.hasRoom(slots)) continue;
      best = waiting;
      least = slots;
    }
    return best;
  }
}

/** One direction of the link. */
export class Direction implements MeteredLink {
  /** Measured speed of one request. */
  readonly speed: LinkSpeed = new LinkSpeed();
  /** Set while a part waits for a lane. */
  wanted = false;
  readonly #clock: Clock;
  readonly #upload: boolean;
  /** Null: a fixed number of parts for each transfer. */
  readonly #climb: Climb | null;
  readonly #each: number;
  readonly #changed: () => void;
  readonly #slots = new Map<object, number>();
  #inUse = 0;
  #partSize = 0;

  constructor(
    clock: Clock,
    { concurrency, pacing }: Pick<TransferLimits, 'concurrency' | 'pacing'>,
    upload: boolean,
    changed: () => void,
  ) {
    this.#clock = clock;
    this.#upload = upload;
    this.#each = concurrency;
    this.#climb = pacing === 'fixed' ? null : new Climb(concurrency);
    this.#changed = changed;
  }

  /** How many parts may be on the way at once, of all transfers together; with fixed pacing, of each. */
  get lanes(): number {
    return this.#climb?.lanes ?? this.#each;
  }

  slotsOf(transfer: object): number {
    return this.#slots.get(transfer) ?? 0;
  }

  /** Whether a transfer that holds so many may have another. */
  hasRoom(slots: number): boolean {
    if (this.#climb === null) return slots < this.#each;
    return slots === 0 || this.#inUse < this.#climb.lanes;
  }

  took(transfer: object, size: number): void {
    this.#slots.set(transfer, this.slotsOf(transfer) + 1);
    this.#inUse += 1;
    this.#partSize = size;
  }

  left(transfer: object): void {
    const slots = this.slotsOf(transfer) - 1;
    if (slots > 0) this.#slots.set(transfer, slots);
    else this.#slots.delete(transfer);
    this.#inUse -= 1;
  }

  capped(now: number): void {
    this.#climb?.capped(this.#inUse, now);
  }

  /** Measures one request. */
  meter(): RequestMeter {
    return new RequestMeter(this.#clock, this, this.#upload);
  }

  count(bytes: number, now: number): void {
    const climb = this.#climb;
    if (climb === null) return;
    const before = climb.lanes;
    climb.count(bytes, now, {
      inUse: this.#inUse,
      wanted: this.wanted,
      transfers: this.#slots.size,
      partSize: this.#partSize,
    });
    if (climb.lanes > before) this.#changed();
  }

  answeredAfter(milliseconds: number): void {
    this.#climb?.answeredAfter(milliseconds);
  }

  reset(): void {
    this.#climb?.reset(this.#clock.monotonic());
  }
}
