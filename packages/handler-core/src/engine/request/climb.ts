/** Lanes at first: what most links need. */
const FIRST_LANES = 4;

/** Below so short a round trip, in milliseconds, more connections gain nothing. */
const NEAR = 5;

/** Where a part takes less than this, in milliseconds, the machine is the limit, even if it answers late. */
const QUICK_PART = 250;

/** An epoch lasts so many round trips, and at least so many milliseconds. */
const EPOCH_TRIPS = 2;
const LEAST_EPOCH = 500;

/** After a change the link is given so many milliseconds, or two round trips, to settle. */
const LEAST_SETTLING = 250;

/** More lanes stay when the whole gained this share of what they could bring at best. */
const WORTH = 0.4;

/** Fewer lanes stay when the whole kept this share. */
const KEPT = 0.9;

/** A part that takes longer than this, in milliseconds, is much to lose: fewer lanes are tried. */
const LONG_PART = 15_000;

/** Pauses between trials that gained nothing, in milliseconds: the first and the longest. */
const FIRST_PAUSE = 5000;
const LONGEST_PAUSE = 160_000;

/** After a reset no more lanes are tried for so long; resets within the second time are one. In milliseconds. */
const AFTER_RESET = 30_000;
const ONE_RESET = 5000;

/** How the lanes are used at a moment. */
export interface LaneUse {
  /** Parts on the way. */
  readonly inUse: number;
  /** Whether a part waits for a lane, and for nothing else. */
  readonly wanted: boolean;
  /** Transfers that have parts on the way. Each has one at least. */
  readonly transfers: number;
  /** Bytes of a part. */
  readonly partSize: number;
}

/**
 * Finds how many lanes a link gains from, by trying. It measures the whole in epochs in which all lanes are busy; doubles
 * them, and keeps that only if the whole gains; tries half where parts take long; and halves them when connections break.
 */
export class Climb {
  readonly #most: number;
  #lanes: number;
  #trial: { readonly from: number; readonly base: number } | null = null;
  #epoch: { readonly start: number; bytes: number } | null = null;
  #settledAt = 0;
  #pause = FIRST_PAUSE;
  #quietUntil = 0;
  #resetAt = Number.NEGATIVE_INFINITY;
  #roundTrip: number | null = null;

  /** @param most - lanes there may be; 1 to 16 */
  constructor(most: number) {
    this.#most = most;
    this.#lanes = Math.min(FIRST_LANES, most);
  }

  /** How many parts may be on the way now. */
  get lanes(): number {
    return this.#lanes;
  }

  /** The shortest round trip of late, in milliseconds, or null while unknown. */
  get roundTrip(): number | null {
    return this.#roundTrip;
  }

  /** An answer came so many milliseconds after everything was sent. */
  answeredAfter(milliseconds: number): void {
    // The shortest counts, for the others waited for the store too; but an old one fades.
    this.#roundTrip = Math.min(milliseconds, (this.#roundTrip ?? milliseconds) * 1.05);
  }

  /** Counts bytes that got through with this many lanes in use. `now` is on the monotonic clock. */
  count(bytes: number, now: number, use: LaneUse): void {
    const busy = use.inUse >= this.#lanes;
    const trialOfFewer = this.#trial !== null && this.#trial.from > this.#lanes;
    if (!busy || now < this.#settledAt || (trialOfFewer && use.inUse > this.#lanes)) {
      this.#epoch = null;
      return;
    }
    if (this.#epoch === null) {
      this.#epoch = { start: now, bytes: 0 };
      return;
    }
    this.#epoch.bytes += bytes;
    const took = now - this.#epoch.start;
    if (took < Math.max(LEAST_EPOCH, EPOCH_TRIPS * (this.#roundTrip ?? 0))) return;
    const rate = this.#epoch.bytes / took;
    this.#epoch = null;
    this.#judge(rate, now, use);
  }

  /** A connection broke, hung, or was refused for too many requests. */
  reset(now: number): void {
    if (now - this.#resetAt < ONE_RESET) return;
    this.#resetAt = now;
    this.#quietUntil = now + AFTER_RESET;
    this.#trial = null;
    this.#set(Math.max(1, this.#lanes >> 1), now);
  }

  /** Something else than the lanes, as memory, keeps the parts to so many. */
  capped(inUse: number, now: number): void {
    if (this.#trial === null || this.#lanes <= this.#trial.from || inUse >= this.#lanes) return;
    this.#set(Math.max(this.#trial.from, inUse), now);
    if (this.#lanes === this.#trial.from) this.#rest(now);
  }

  #judge(rate: number, now: number, use: LaneUse): void {
    const trial = this.#trial;
    if (trial === null) {
      this.#try(rate, now, use);
      return;
    }
    const more = this.#lanes > trial.from;
    const wanted = more ? 1 + WORTH * (this.#lanes / trial.from - 1) : KEPT;
    if (rate >= trial.base * wanted) {
      this.#trial = null;
      if (more) this.#pause = FIRST_PAUSE;
      this.#try(rate, now, use);
      return;
    }
    this.#set(trial.from, now);
    this.#rest(now);
    // When more lanes brought nothing, fewer may do as well.
    if (more) this.#tryFewer(trial.base, now, use);
  }

  #try(rate: number, now: number, use: LaneUse): void {
    // Where no answer came in all that time, the link is not near.
    if (now < this.#quietUntil || (this.#roundTrip ?? NEAR) < NEAR) return;
    if (this.#partTime(rate, use) < QUICK_PART) return;
    if (use.wanted && this.#lanes < this.#most) {
      this.#trial = { from: this.#lanes, base: rate };
      this.#set(Math.min(this.#most, this.#lanes * 2), now);
    }
  }

  #partTime(rate: number, { partSize }: LaneUse): number {
    return (partSize * this.#lanes) / Math.max(rate, Number.MIN_VALUE);
  }

  #tryFewer(rate: number, now: number, use: LaneUse): void {
    if (this.#lanes <= Math.max(1, use.transfers) || this.#partTime(rate, use) < LONG_PART) return;
    this.#trial = { from: this.#lanes, base: rate };
    this.#set(this.#lanes >> 1, now);
  }

  #rest(now: number): void {
    this.#trial = null;
    this.#quietUntil = Math.max(this.#quietUntil, now + this.#pause);
    this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2);
  }

  #set(lanes: number, now: number): void {
    this.#lanes = lanes;
    this.#epoch = null;
    this.#settledAt = now + Math.max(LEAST_SETTLING, 2 * (this.#roundTrip ?? 0));
  }
}
