import type { Progress } from '../engine/progress.ts';
import { stopReason } from '../engine/time.ts';
import { TransferError } from '../errors/transfer-error.ts';

/** One who waits for a shared transfer. */
export interface Waiter {
  /** Takes this waiter out; the transfer ends when it was the last. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** For a download: where this waiter's file goes. */
  readonly path: string;
  /** How soon this waiter wants it; larger is sooner. */
  readonly priority: () => number;
}

/** What the transfer itself is given. */
export interface Shared {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** The waiters there are now, the first first. */
  readonly waiters: () => readonly Waiter[];
  /** The largest of the waiters' priorities: one who joins may raise it, one who leaves takes that back. */
  readonly priority: () => number;
}

interface Running<T> {
  readonly waiters: Waiter[];
  readonly controller: AbortController;
  readonly result: Promise<T>;
  last: Progress | null;
}

/** Transfers that are the same share one run: each waiter has its own progress, its own result, its own stop. */
export class Joins<T> {
  readonly #running = new Map<string, Running<T>>();

  /** Joins the run of this key, or starts it. `onJoined` is told in the first case. */
  async join(
    key: string,
    waiter: Waiter,
    start: (shared: Shared) => Promise<T>,
    onJoined: () => void,
  ): Promise<T> {
    if (waiter.signal.aborted) throw stopReason(waiter.signal);
    let running = this.#running.get(key);
    if (running === undefined || running.controller.signal.aborted) {
      // A stopped run still holds its files for a moment: the next begins when it has let go of them.
      running = this.#start(key, waiter, start, running?.result);
    } else {
      running.waiters.push(waiter);
      onJoined();
      if (running.last !== null) report(waiter, running.last);
    }
    const shared = running;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        shared.waiters.splice(shared.waiters.indexOf(waiter), 1);
        const reason = stopReason(waiter.signal);
        if (shared.waiters.length === 0) {
          shared.controller.abort(reason);
          // The waiter is told when the run is over, so that nothing of it happens afterwards.
          shared.result.then(
            () => reject(reason),
            () => reject(reason),
          );
        } else reject(reason);
      };
      waiter.signal.addEventListener('abort', onAbort, { once: true });
      // One who was told of the progress may have stopped at once.
      if (waiter.signal.aborted) return onAbort();
      const settle = (finish: () => void): void => {
        if (waiter.signal.aborted) return;
        waiter.signal.removeEventListener('abort', onAbort);
        finish();
      };
      shared.result.then(
        (result) => settle(() => resolve(result)),
        (error) => settle(() => reject(TransferError.from(error))),
      );
    });
  }

  #start(
    key: string,
    waiter: Waiter,
    start: (shared: Shared) => Promise<T>,
    after: Promise<unknown> | undefined,
  ): Running<T> {
    const controller = new AbortController();
    const waiters = [waiter];
    const shared: Shared = {
      signal: controller.signal,
      waiters: () => waiters,
      priority: () => Math.max(...waiters.map(({ priority }) => priority())),
      onProgress: (progress) => {
        running.last = progress;
        for (const one of [...waiters]) report(one, progress);
      },
    };
    const before = after === undefined ? Promise.resolve() : after.then(nothing, nothing);
    const result = before
      .then(() => start(shared))
      .finally(() => {
        if (this.#running.get(key) === running) this.#running.delete(key);
      });
    const running: Running<T> = { waiters, controller, result, last: null };
    this.#running.set(key, running);
    return running;
  }
}

/** A listener's fault is neither the transfer's nor the other waiters'. */
function report(waiter: Waiter, progress: Progress): void {
  try {
    waiter.onProgress(progress);
  } catch {
    // It is the app's own.
  }
}

function nothing(): void {}
