import type { Progress } from '../engine/progress.ts';
import { stopReason } from '../engine/time.ts';
import { TransferError } from '../errors/transfer-error.ts';

/** One who waits for a shared run. */
export interface Waiter {
  /** Takes this waiter out; the run ends when it was the last. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** For a download: where this waiter's file goes. */
  readonly path: string;
  /** How soon this waiter wants it; larger is sooner. */
  readonly priority: () => number;
}

/** What the run itself is given. */
export interface Shared<W extends Waiter = Waiter> {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** The waiters there are now, the first first. */
  readonly waiters: () => readonly W[];
  /** The largest of the waiters' priorities: one who joins may raise it, one who leaves takes that back. */
  readonly priority: () => number;
  /** Fails one waiter, who leaves; the run and the others go on. */
  readonly fail: (waiter: W, error: TransferError) => void;
  /** Nobody joins from now on: who comes later gets a run of its own. */
  readonly seal: () => void;
  /** Tells of every waiter: of those that are there at once, of others when they join. */
  readonly onWaiter: (callback: (waiter: W) => void) => void;
}

/** What happens to one who asks. Exactly one of the two is called, before {@link Joins.join} returns; none if it was stopped before. */
export interface Asking<T, W extends Waiter> {
  /** There was no run of this key: this one begins, as soon as a stopped one before it has ended. */
  readonly start: (shared: Shared<W>) => Promise<T>;
  readonly onStarted?: () => void;
  readonly onJoined: () => void;
}

interface Running<T, W extends Waiter> {
  /** How each waiter is told that it fails alone. */
  readonly waiters: Map<W, (error: TransferError) => void>;
  readonly controller: AbortController;
  readonly result: Promise<T>;
  last: Progress | null;
  onWaiter: ((waiter: W) => void) | null;
}

/** Transfers that are the same share one run: each waiter has its own progress, its own result, its own stop. */
export class Joins<T, W extends Waiter = Waiter> {
  readonly #running = new Map<string, Running<T, W>>();

  /** Joins the run of this key, or starts it. */
  async join(key: string, waiter: W, asking: Asking<T, W>): Promise<T> {
    if (waiter.signal.aborted) throw stopReason(waiter.signal);
    const found = this.#running.get(key);
    const joined = found !== undefined && !found.controller.signal.aborted;
    // A stopped run still holds its files for a moment: the next begins when it has let go of them.
    const running = joined ? found : this.#start(key, waiter, asking.start, found?.result);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiter.signal.removeEventListener('abort', onAbort);
        running.waiters.delete(waiter);
      };
      const onAbort = (): void => {
        if (!running.waiters.has(waiter)) return;
        leave();
        const reason = stopReason(waiter.signal);
        if (running.waiters.size > 0) {
          reject(reason);
          return;
        }
        running.controller.abort(reason);
        // The waiter is told when the run is over, so that nothing of it happens afterwards.
        const tell = (): void => reject(reason);
        running.result.then(tell, tell);
      };
      running.waiters.set(waiter, (error) => {
        leave();
        reject(error);
      });
      waiter.signal.addEventListener('abort', onAbort, { once: true });
      const settle = (finish: () => void): void => {
        if (!running.waiters.has(waiter)) return;
        leave();
        finish();
      };
      running.result.then(
        (result) => settle(() => resolve(result)),
        (error) => settle(() => reject(TransferError.from(error))),
      );
      if (joined) {
        asking.onJoined();
        running.onWaiter?.(waiter);
        if (running.last !== null) report(waiter, running.last);
      } else asking.onStarted?.();
      // One who was told of the progress may have stopped at once.
      if (waiter.signal.aborted) onAbort();
    });
  }

  #start(
    key: string,
    first: W,
    start: (shared: Shared<W>) => Promise<T>,
    after: Promise<unknown> | undefined,
  ): Running<T, W> {
    const controller = new AbortController();
    const waiters: Running<T, W>['waiters'] = new Map([[first, nothing]]);
    const forget = (): void => {
      if (this.#running.get(key) === running) this.#running.delete(key);
    };
    const shared: Shared<W> = {
      signal: controller.signal,
      waiters: () => [...waiters.keys()],
      priority: () => {
        let most = Number.NEGATIVE_INFINITY;
        for (const { priority } of waiters.keys()) most = Math.max(most, priority());
        return most;
      },
      onProgress: (progress) => {
        running.last = progress;
        for (const one of [...waiters.keys()]) report(one, progress);
      },
      fail: (waiter, error) => waiters.get(waiter)?.(error),
      seal: forget,
      onWaiter: (callback) => {
        for (const waiter of waiters.keys()) callback(waiter);
        running.onWaiter = callback;
      },
    };
    const before = after === undefined ? Promise.resolve() : after.then(nothing, nothing);
    const result = before.then(() => start(shared)).finally(forget);
    // Every waiter may have left by then.
    result.catch(nothing);
    const running: Running<T, W> = { waiters, controller, result, last: null, onWaiter: null };
    this.#running.set(key, running);
    return running;
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

function nothing(): void {}
