import { CONNECTIVITY } from '../../contract/constants.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { TransferContext } from './context.ts';
import { pauseUntilChange, untilOnline } from './online.ts';
import { pause, throwIfStopped } from './time.ts';

/** Errors that were retried to the end already: a retry around a retry must not multiply the attempts. */
const exhausted = new WeakSet<TransferError>();

/** Where what came back, or failed, came from: budgets are kept by host. */
const hosts = new WeakMap<object, string>();

/** Notes the host of an error or an outcome, by its URL or by another that is noted already. */
export function noteHost<T extends object>(what: T, from: string | object): T {
  const host = typeof from === 'string' ? new URL(from).host : hosts.get(from);
  if (host !== undefined) hosts.set(what, host);
  return what;
}

/** What one attempt is told. */
export interface Attempt {
  /** Failures with no progress in between, before this attempt. */
  readonly failures: number;
  /** How the attempt before ended, or null. */
  readonly last: TransferError | null;
}

/**
 * Does something until it succeeds, fails for good, or made no progress for as long as the transfer has patience. Waits
 * with full jitter, obeys Retry-After, takes each retry out of the host's budget, waits while offline, and gives the
 * transfer's lane to another meanwhile.
 */
export async function persist<T>(
  context: TransferContext,
  attempt: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const patience = new Patience(context);
  for (;;) {
    throwIfStopped(context.signal);
    try {
      return await attempt(patience);
    } catch (thrown) {
      await patience.failed(thrown);
    }
  }
}

/** How often something failed, and since when there was no progress. */
export class Patience implements Attempt {
  failures = 0;
  last: TransferError | null = null;
  readonly #context: TransferContext;
  #confirmed: number;
  /** Time of the last progress, on the monotonic clock. Time without a network does not count. */
  #since: number;

  constructor(context: TransferContext) {
    this.#context = context;
    this.#confirmed = context.ledger.confirmed;
    this.#since = context.ports.clock.monotonic();
  }

  /**
   * An attempt failed: waits as long as a good citizen does before the next.
   * @throws the error when another attempt is of no use, or patience is at its end; `throttled` when the store asks for
   * too long a wait; `offline`, `stopped`
   */
  async failed(thrown: unknown): Promise<void> {
    const { signal, limits, ledger } = this.#context;
    const error = TransferError.from(thrown);
    throwIfStopped(signal);
    if (!error.retryable || error.code === 'stopped' || exhausted.has(error)) throw error;
    // Further than ever counts: what was lost and sent once more is no progress, nor is a trickle.
    if (ledger.confirmed > this.#confirmed && error.code !== 'too-slow') this.#progressed();
    this.#confirmed = Math.max(this.#confirmed, ledger.confirmed);
    // A first failure that can't be read (in a browser it may be an expired signature) does not count.
    if (this.last !== null || error.code !== 'network') this.failures += 1;
    this.last = error;
    const left = this.#left();
    if (this.failures >= limits.attempts || left <= 0) throw over(error);
    const asked = error.retryAfter ?? 0;
    if (asked > Math.min(limits.retryAfterMost, left)) {
      const text = `the store asks to wait ${Math.round(asked / 1000)} s`;
      throw over(new TransferError('throttled', text, { cause: error, retryable: false }));
    }
    const ceiling = Math.min(limits.retryCap, limits.retryBase * 2 ** Math.max(0, this.failures - 1));
    const jitter = Math.min(left - asked, this.#context.ports.random.fraction() * ceiling);
    await this.#wait(error, Math.round(asked), Math.round(jitter)).catch((given: unknown) => {
      throw TransferError.is(given) ? over(given) : given;
    });
  }

  #progressed(): void {
    this.failures = 0;
    this.#since = this.#context.ports.clock.monotonic();
  }

  /** Milliseconds of patience left. */
  #left(): number {
    const { limits, priority, ports } = this.#context;
    const patience = priority() > 0 ? limits.userPatience : limits.patience;
    return this.#since + patience - ports.clock.monotonic();
  }

  async #wait(error: TransferError, asked: number, jitter: number): Promise<void> {
    const { limits, ports, signal, budget, lane, priority } = this.#context;
    const host = hosts.get(error) ?? this.#context.store;
    this.#context.onRetry(error, asked + jitter);
    // Another network: who waits for this host may try at once.
    const unsubscribe = ports.network.onChange((connectivity) => {
      if (connectivity !== CONNECTIVITY.DISCONNECTED) budget.refill(host);
    });
    const wait = async (): Promise<void> => {
      await budget.take(signal, { host, priority });
      if (asked > 0) await pause(ports.clock, asked, signal);
      await pauseUntilChange(ports, jitter, signal);
      const before = ports.clock.monotonic();
      await untilOnline(ports, limits.offlineFor, signal);
      this.#since += ports.clock.monotonic() - before;
    };
    await lane.rest(asked + jitter, signal, wait).finally(unsubscribe);
  }
}

/** Marks an error as one that nobody retries any more. */
function over(error: TransferError): TransferError {
  exhausted.add(error);
  return error;
}
