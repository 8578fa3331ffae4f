import type { Progress } from '../engine/ledger.ts';
import { stopReason } from '../engine/request/time.ts';
import { TransferError } from '../errors/transfer-error.ts';
import { Stopping, type StopSignal } from './stopping.ts';

/** One who waits for a shared run. */
export interface Waiter {
  /** Takes this waiter out; the run ends when it was the last. */
  readonly signal: StopSignal;
  readonly onProgress: (progress: Progress) => void;
  /** For a download: where this waiter's file goes. */
  readonly path: string;
  /** How soon this waiter wants it; larger is sooner. */
  readonly priority: () => number;
}

/** What the run itself is given. */
export interface Shared<W extends Waiter = Waiter> {
  /** Raised when nobody waits any more. Made when it is first asked for: one that is only queued needs {@link stopping}. */
  readonly signal: AbortSignal;
  /** The same for the queue, at a tenth of the memory. */
  readonly stopping: StopSignal;
  onProgress(progress: Progress): void;
  /** The waiters there are now, the first first. */
  waiters(): readonly W[];
  /** The largest of the waiters' priorities: one who joins may raise it, one who leaves takes that back. */
  priority(): number;
  /** Fails one waiter, who leaves; the run and the others go on. */
  fail(waiter: W, error: TransferError): void;
  /** Nobody joins from now on: who comes later gets a run of its own. */
  seal(): void;
  /** Tells of every waiter: of those that are there at once, of others when they join. */
  onWaiter(callback: (waiter: W) => void): void;
}

/** What happens to one who asks. Exactly one of the two is called, before {@link Joins.join} returns; none if it was stopped before. */
export interface Asking<T, W extends Waiter> {
  /** There was no run of this key: this one begins, as soon as a stopped one before it has ended. */
  start(shared: Shared<W>): Promise<T>;
  onStarted?(): void;
  onJoined(): void;
}

/** Transfers that are the same share one run: each waiter has its own progress, its own result, its own stop. */
export class Joins<T, W extends Waiter = Waiter> {
  readonly #running = new Map<string, Run<T, W>>();

  /** Joins the run of this key, or starts it. */
  join(key: string, waiter: W, asking: Asking<T, W>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (waiter.signal.aborted) {
        reject(stopReason(waiter.signal));
        return;
      }
      const found = this.#running.get(key);
      if (found !== undefined && !found.stopping.aborted) {
        found.add(waiter, resolve, reject);
        asking.onJoined();
        found.tell(waiter);
      } else {
        const run = new Run<T, W>((ended) => {
          if (this.#running.get(key) === ended) this.#running.delete(key);
        });
        this.#running.set(key, run);
        run.add(waiter, resolve, reject);
        asking.onStarted?.();
        // A stopped run still holds its files for a moment: the next begins when it has let go of them.
        run.begin(asking, found?.over);
      }
    });
  }
}

/** One run, and those who wait for it. Of thousands that are queued each is one: it holds little. */
class Run<T, W extends Waiter> implements Shared<W> {
  readonly stopping: Stopping = new Stopping();
  readonly #forget: (run: Run<T, W>) => void;
  #waiting: Waiting<T, W>[] = [];
  /** Those who stopped last: they are told when the run is over, so that nothing of it happens afterwards. */
  #stopped: Waiting<T, W>[] = [];
  #last: Progress | null = null;
  #onWaiter: ((waiter: W) => void) | null = null;
  /** Resolves when nothing of the run happens any more. */
  over: Promise<void> | undefined;

  constructor(forget: (run: Run<T, W>) => void) {
    this.#forget = forget;
  }

  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  begin(asking: Asking<T, W>, after: Promise<void> = Promise.resolve()): void {
    this.over = after
      .then(() => asking.start(this))
      .then(
        (result) => this.#end((waiting) => waiting.resolve(result)),
        (error: unknown) => this.#end((waiting) => waiting.reject(TransferError.from(error))),
      );
  }

  add(waiter: W, resolve: (result: T) => void, reject: (error: unknown) => void): void {
    const waiting = new Waiting(this, waiter, resolve, reject);
    // Mostly there is one; a list that grew would hold room for sixteen.
    if (this.#waiting.length === 0) this.#waiting = [waiting];
    else this.#waiting.push(waiting);
    waiter.signal.addEventListener('abort', waiting, { once: true });
  }

  /** Tells one who joined how far it is, and the run who joined. */
  tell(waiter: W): void {
    this.#onWaiter?.(waiter);
    if (this.#last !== null) report(waiter, this.#last);
  }

  stop(waiting: Waiting<T, W>): void {
    if (!this.#leave(waiting)) return;
    const reason = stopReason(waiting.waiter.signal);
    if (this.#waiting.length > 0) {
      waiting.reject(reason);
      return;
    }
    this.#stopped.push(waiting);
    this.stopping.abort(reason);
  }

  waiters(): readonly W[] {
    return this.#waiting.map(({ waiter }) => waiter);
  }

  priority(): number {
    let most = Number.NEGATIVE_INFINITY;
    for (const { waiter } of this.#waiting) most = Math.max(most, waiter.priority());
    return most;
  }

  onProgress(progress: Progress): void {
    this.#last = progress;
    for (const { waiter } of [...this.#waiting]) report(waiter, progress);
  }

  fail(waiter: W, error: TransferError): void {
    const waiting = this.#waiting.find((each) => each.waiter === waiter);
    if (waiting !== undefined && this.#leave(waiting)) waiting.reject(error);
  }

  seal(): void {
    this.#forget(this);
  }

  onWaiter(callback: (waiter: W) => void): void {
    for (const { waiter } of this.#waiting) callback(waiter);
    this.#onWaiter = callback;
  }

  #leave(waiting: Waiting<T, W>): boolean {
    const at = this.#waiting.indexOf(waiting);
    if (at < 0) return false;
    this.#waiting.splice(at, 1);
    waiting.waiter.signal.removeEventListener('abort', waiting);
    return true;
  }

  #end(tell: (waiting: Waiting<T, W>) => void): void {
    this.#forget(this);
    for (const waiting of [...this.#waiting]) {
      this.#leave(waiting);
      tell(waiting);
    }
    for (const waiting of this.#stopped) waiting.reject(stopReason(waiting.waiter.signal));
  }
}

/** One who waits, as the listener of its signal. */
class Waiting<T, W extends Waiter> {
  readonly #run: Run<T, W>;
  readonly waiter: W;
  readonly resolve: (result: T) => void;
  readonly reject: (error: unknown) => void;

  constructor(run: Run<T, W>, waiter: W, resolve: (result: T) => void, reject: (error: unknown) => void) {
    this.#run = run;
    this.waiter = waiter;
    this.resolve = resolve;
    this.reject = reject;
  }

  handleEvent(): void {
    this.#run.stop(this);
  }
}

/** A listener's fault is neither the transfer's nor the other waiters'. */
export function report(waiter: Pick<Waiter, 'onProgress'>, progress: Progress): void {
  try {
    waiter.onProgress(progress);
  } catch {
    // It is the app's own.
  }
}
