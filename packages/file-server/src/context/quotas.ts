/** How much one user may store in a while. */
export interface QuotaRules {
  /** Bytes. Default: any. */
  readonly bytes?: number | undefined;
  /** Files. Default: any. */
  readonly files?: number | undefined;
  /** Milliseconds in which that counts, then it begins anew; 1 minute to 366 days. Default 24 hours. */
  readonly per?: number | undefined;
}

/** One upload that counts against somebody's quota. */
export interface Holding {
  /** Whose: `uid:<uid>` where a token proves it, else `address:<address>`. */
  readonly user: string;
  /** Random; of this upload alone. */
  readonly id: string;
}

/** Room in a quota that was asked for. */
export interface Reservation extends Holding {
  /** The most bytes that the upload can have. */
  readonly bytes: number;
  /** Milliseconds since 1970; what is not settled by then has lapsed, and counts no more. */
  readonly until: number;
}

/**
 * Counts what users store. Room is reserved when an upload begins, settled when it is committed, and given back when it is
 * discarded, refused, or lapses. Give your own to count in another place.
 */
export interface Quotas {
  /** Reserves room, or renews what is reserved under this id. `now`: milliseconds since 1970. */
  reserve(reservation: Reservation, now: number): Promise<QuotaDecision>;
  /** The upload is stored, with so many bytes: they count until the period ends. Without a reservation nothing happens. */
  settle(holding: Holding, bytes: number, now: number): Promise<void>;
  /** Gives the room of a file back that was not stored. May be repeated. */
  release(holding: Holding): Promise<void>;
}

export interface QuotaDecision {
  readonly allowed: boolean;
  /** Milliseconds until the period ends; 0 when allowed. */
  readonly retryAfter: number;
}
