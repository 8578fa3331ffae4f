import { BufferPool } from '../src/engine/buffers.ts';
import { Ledger } from '../src/engine/ledger.ts';
import { DEFAULT_TRANSFER_LIMITS, type TransferLimits } from '../src/engine/limits.ts';
import { RetryBudget } from '../src/engine/request/budget.ts';
import type { TransferContext } from '../src/engine/request/context.ts';
import { OWN_LANE, TransferLane } from '../src/engine/request/lane.ts';
import { Pace } from '../src/engine/request/pace.ts';
import type { TransferError } from '../src/errors/transfer-error.ts';
import { memoryJournal } from '../src/index.ts';
import { alwaysOnline, nodeHash } from '../src/node/index.ts';
import type { Ports } from '../src/ports/ports.ts';
import { type ManualClock, manualClock, memoryFiles } from '../src/testing/index.ts';

/** A transfer's context whose clock stands still, with everything that a test looks at. */
export interface TestContext extends TransferContext {
  readonly clock: ManualClock;
  readonly stop: (reason?: unknown) => void;
  /** The pauses before retries, in milliseconds, and why. */
  readonly retries: { readonly error: TransferError; readonly delay: number }[];
}

export function testContext(
  ports: Partial<Ports> = {},
  limits: Partial<TransferLimits> = {},
  fraction: () => number = () => 1,
): TestContext {
  const clock = manualClock();
  const controller = new AbortController();
  const retries: TestContext['retries'] = [];
  const http = { send: () => Promise.reject(new Error('no request was expected')) };
  return {
    clock,
    stop: (reason) => controller.abort(reason),
    retries,
    ports: {
      files: memoryFiles(),
      http,
      clock,
      random: { fraction, bytes: (count) => new Uint8Array(count) },
      network: alwaysOnline,
      hash: nodeHash(),
      journal: memoryJournal(),
      ...ports,
    },
    limits: { ...DEFAULT_TRANSFER_LIMITS, ...limits },
    buffers: new BufferPool(1 << 20),
    budget: new RetryBudget(clock),
    pace: new Pace(clock, { ...DEFAULT_TRANSFER_LIMITS, ...limits }),
    lane: new TransferLane(OWN_LANE, clock),
    priority: () => 0,
    store: '',
    ledger: new Ledger(null, () => undefined),
    signal: controller.signal,
    onRetry: (error, delay) => retries.push({ error, delay }),
    onJournalFailure: () => undefined,
  };
}

/** What became of a promise so far. */
export function watched<T>(promise: Promise<T>): { value?: T; error?: unknown; over: boolean } {
  const seen: { value?: T; error?: unknown; over: boolean } = { over: false };
  promise.then(
    (value) => Object.assign(seen, { value, over: true }),
    (error: unknown) => Object.assign(seen, { error, over: true }),
  );
  return seen;
}

/** Lets everything run that needs no clock. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets time pass, a second at a time and for an hour at most, until a promise is settled. */
export async function passing<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  const seen = watched(promise);
  for (let seconds = 0; !seen.over && seconds < 3600; seconds += 1) await clock.advance(1000);
  if (!seen.over) throw new Error('it is not over after an hour');
  return promise;
}
