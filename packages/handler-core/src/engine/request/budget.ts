import type { Clock } from '../../ports/ports.ts';
import { onStop, stopReason } from './time.ts';

/** Retries that may come at once to one host, and how fast further ones are earned. */
const BURST = 20;
const PER_SECOND = 2;

/** Who wants to try again. */
export interface Retry {
  /** The host that failed, or any name for where a call goes. Default: one for all that give none. */
  readonly host?: string;
  /** Larger first; asked whenever one may go. Default 0. */
  readonly priority?: () => number;
}

interface Waiting {
  readonly priority: () => number;
  readonly go: () => void;
}

interface Bucket {
  tokens: number;
  at: number;
  readonly waiting: Waiting[];
  /** Set while the next token is waited for. */
  cancel: (() => void) | null;
}

/**
 * The process's budget of retries: a bucket of tokens for each host. When it is empty a retry waits for the next token,
 * the most urgent first; it never fails. So a store in trouble gets a trickle from us, however many transfers wait for
 * it, and nobody waits for a store of others.
 */
export class RetryBudget {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one retry out of the host's budget, waiting for it if need be. One who is stopped meanwhile takes none. */
  take(signal: AbortSignal, { host = '', priority = () => 0 }: Retry = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(stopReason(signal));
      const bucket = this.#bucketOf(host);
      const waiting: Waiting = {
        priority,
        go: () => {
          unhook();
          resolve();
        },
      };
      const unhook = onStop(signal, () => {
        bucket.waiting.splice(bucket.waiting.indexOf(waiting), 1);
        if (bucket.waiting.length === 0) this.#pauseEnds(bucket);
        reject(stopReason(signal));
      });
      bucket.waiting.push(waiting);
      this.#serve(bucket);
    });
  }

  /** The network is another: who waits for this host may try at once, as many as a full bucket holds. */
  refill(host: string): void {
    const bucket = this.#buckets.get(host);
    if (bucket === undefined) return;
    bucket.tokens = BURST;
    this.#serve(bucket);
  }

  #bucketOf(host: string): Bucket {
    const now = this.#clock.monotonic();
    // A bucket that is full again tells nothing: it goes, so that they never pile up.
    for (const [other, bucket] of this.#buckets) {
      if (bucket.waiting.length === 0 && this.#tokens(bucket, now) >= BURST) this.#buckets.delete(other);
    }
    const bucket = this.#buckets.get(host) ?? { tokens: BURST, at: now, waiting: [], cancel: null };
    this.#buckets.set(host, bucket);
    return bucket;
  }

  #tokens({ tokens, at }: Bucket, now: number): number {
    return Math.min(BURST, tokens + ((now - at) / 1000) * PER_SECOND);
  }

  #serve(bucket: Bucket): void {
    this.#pauseEnds(bucket);
    const now = this.#clock.monotonic();
    bucket.tokens = this.#tokens(bucket, now);
    bucket.at = now;
    // A thousandth is allowed for: a share of a token is no exact number.
    while (bucket.waiting.length > 0 && bucket.tokens >= 0.999) {
      bucket.tokens -= 1;
      const next = mostUrgent(bucket.waiting);
      bucket.waiting.splice(bucket.waiting.indexOf(next), 1);
      next.go();
    }
    if (bucket.waiting.length === 0) return;
    const until = ((1 - bucket.tokens) / PER_SECOND) * 1000;
    bucket.cancel = this.#clock.after(until, () => {
      bucket.cancel = null;
      this.#serve(bucket);
    });
  }

  #pauseEnds(bucket: Bucket): void {
    bucket.cancel?.();
    bucket.cancel = null;
  }
}

/** The first of those with the largest priority. */
function mostUrgent(waiting: readonly Waiting[]): Waiting {
  return waiting
    .map((one) => ({ one, priority: one.priority() }))
    .reduce((best, next) => (next.priority > best.priority ? next : best)).one;
}
