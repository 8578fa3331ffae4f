import { TransferError } from '@mesibo-files/handler-core';

/** What a queue needs of a request. */
export interface Queued {
  /** It waits in a queue, which `leave` takes it out of. False: it can't run, or runs or waits already. */
  wait(leave: () => void): boolean;
  /** Its turn has come. Resolves at the end, and never rejects. */
  runNow(): Promise<boolean>;
}

/** Requests that run so many at once; the others wait. mesibo's `MesiboHttp.Queue`, `Mesibo.HttpQueue` before 2.0. */
export class MesiboHttpQueue {
  readonly #atOnce: number;
  readonly #pendingMost: number;
  readonly #pending: Queued[] = [];
  #running = 0;

  /**
   * @param maxSimultaneousRequests - from 1
   * @param maxPendingRequests - so many may wait; 0: any number
   * @throws `invalid-argument`
   */
  constructor(maxSimultaneousRequests: number, maxPendingRequests: number) {
    const whole = [maxSimultaneousRequests, maxPendingRequests].every((each) => Number.isSafeInteger(each));
    if (!whole || maxSimultaneousRequests < 1 || maxPendingRequests < 0)
      throw new TransferError(
        'invalid-argument',
        'a queue needs whole numbers: from 1 at once, from 0 waiting',
      );
    this.#atOnce = maxSimultaneousRequests;
    this.#pendingMost = maxPendingRequests;
  }

  /**
   * Starts a request when there is room, in place of `execute()`. False: it has no URL, it runs or waits already, or too
   * many wait (our reading).
   *
   * @param front - before the others that wait. Default false
   */
  queue(http: Queued, front = false): boolean {
    const full = this.#pendingMost > 0 && this.#pending.length >= this.#pendingMost;
    if (this.#running >= this.#atOnce && full) return false;
    if (!http.wait(() => this.#leave(http))) return false;
    if (front) this.#pending.unshift(http);
    else this.#pending.push(http);
    this.#next();
    return true;
  }

  #leave(http: Queued): void {
    const at = this.#pending.indexOf(http);
    if (at >= 0) this.#pending.splice(at, 1);
  }

  #next(): void {
    while (this.#running < this.#atOnce) {
      const http = this.#pending.shift();
      if (http === undefined) return;
      this.#running += 1;
      void http.runNow().then(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }
}
