import type { AnswerReading } from './answer.ts';
import type { Integrity } from './digests.ts';
import type { SignedPart } from './request.ts';
import type { SessionDialect } from './session-dialect.ts';

/**
 * All the state there is of an upload: made by the signer, opaque to everyone else, good for any replica of the
 * signer. A bearer credential: never log it.
 */
export type Ticket = string;

interface PlanBase {
  readonly ticket: Ticket;
  readonly answers: AnswerReading;
  readonly integrity: Integrity;
  /** The signer's clock when it answered, in milliseconds since 1970. */
  readonly serverTime: number;
  /** How long an unfinished upload is kept, in milliseconds from `serverTime`; then it may be gone. */
  readonly keptFor: number;
  /** Requests that begin signed at once, because it knew the digests. May be empty. */
  readonly signed: readonly SignedPart[];
}

/** The whole file in one request. */
export interface SinglePlan extends PlanBase {
  readonly shape: 'single';
  /** Bytes of the file. */
  readonly size: number;
}

/** Parts in any order, then a commit. */
export interface PartsPlan extends PlanBase {
  readonly shape: 'parts';
  /** Bytes of the file, or null for a stream whose length is not known yet. */
  readonly size: number | null;
  /** Bytes of every part but the last, fixed when the ticket is made. */
  readonly partSize: number;
  /** The most parts there may be; with `size` null also the bound of the stream: `partSize * maxParts`. */
  readonly maxParts: number;
  /** The most parts that one call of `sign` takes. */
  readonly signBatch: number;
}

/** Chunks in order, each acknowledged; the store can be asked for its offset. */
export interface SessionPlan extends PlanBase {
  readonly shape: 'session';
  /** Bytes of the file, or null for a stream whose length is not known yet. */
  readonly size: number | null;
  /** Bytes of every chunk but the last; a multiple of the dialect's `chunkMultiple`. */
  readonly chunkSize: number;
  /** The most bytes the session takes. */
  readonly maxSize: number;
  readonly dialect: SessionDialect;
}

/** The HTTP requests that bring a file into the store: plain data, with no code and no loop over bytes. */
export type Plan = SinglePlan | PartsPlan | SessionPlan;
