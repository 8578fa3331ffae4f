import type { TransferError } from '../../errors/transfer-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { BufferPool } from '../buffers.ts';
import type { Ledger } from '../ledger.ts';
import type { TransferLimits } from '../limits.ts';
import type { RetryBudget } from './budget.ts';
import type { TransferLane } from './lane.ts';
import type { Pace } from './pace.ts';

/** What every step of one transfer is given. */
export interface TransferContext {
  readonly ports: Ports;
  readonly limits: TransferLimits;
  readonly buffers: BufferPool;
  readonly budget: RetryBudget;
  readonly pace: Pace;
  readonly lane: TransferLane;
  readonly ledger: Ledger;
  /** How soon it is wanted now: more than 0 means that somebody looks at a screen. */
  readonly priority: () => number;
  /** Names the store, for the budget of retries where no host is known: its calls through an SDK. */
  readonly store: string;
  /** Raised when the transfer is stopped. */
  readonly signal: AbortSignal;
  /** Told before each pause. */
  readonly onRetry: (error: TransferError, delay: number) => void;
  /** Told once when the journal can't be read or written: the transfer goes on, and may not be continued later. */
  readonly onJournalFailure: (error: TransferError) => void;
}
