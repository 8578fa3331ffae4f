import type { TransferError } from '@mesibo-files/handler-core';
import type { Clock } from '@mesibo-files/handler-core/provider';
import { reasonOf } from './waiting.ts';

/** Ends one request on which nothing happens any more. */
export class IdleGuard {
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #parent: AbortSignal;
  #within = 0;
  #late: () => TransferError = () => reasonOf(this.#parent);
  #last = 0;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, parent: AbortSignal) {
    this.#clock = clock;
    this.#parent = parent;
    parent.addEventListener('abort', this.#onAbort);
    if (parent.aborted) this.#onAbort();
  }

  /** Raised when the parent is, or when nothing happened for too long. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts the watch: something must happen within this many milliseconds, again and again. */
  expect(within: number, late: () => TransferError): void {
    this.#within = within;
    this.#late = late;
    this.#last = this.#clock.monotonic();
    this.#cancel();
    this.#cancel = this.#clock.after(within, this.#look);
  }

  /** Something happened. It only leaves a time: a timer for each slice would cost too much. */
  moved(): void {
    this.#last = this.#clock.monotonic();
  }

  release(): void {
    this.#cancel();
    this.#parent.removeEventListener('abort', this.#onAbort);
  }

  readonly #look = (): void => {
    const left = this.#last + this.#within - this.#clock.monotonic();
    if (left > 0) this.#cancel = this.#clock.after(left, this.#look);
    else this.#controller.abort(this.#late());
  };

  readonly #onAbort = (): void => this.#controller.abort(reasonOf(this.#parent));
}
