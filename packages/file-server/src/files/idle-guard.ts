import { TransferError } from '@mesibo-files/handler-core';
import type { NodeContext } from '../context/context.ts';

/** Ends a download in which no byte moves, whichever side stands still. */
export class IdleGuard {
  readonly #controller = new AbortController();
  readonly #context: NodeContext;
  readonly #gone: AbortSignal;
  #cancel: () => void;
  #last: number;

  /** @param gone - raised when the client is gone */
  constructor(context: NodeContext, gone: AbortSignal) {
    this.#context = context;
    this.#gone = gone;
    this.#last = context.clock.monotonic();
    this.#cancel = context.clock.after(context.limits.idleTimeout, this.#look);
    gone.addEventListener('abort', this.#onGone, { once: true });
    if (gone.aborted) this.#onGone();
  }

  /** Raised when the download is over before its end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** It only leaves a time: a timer for each chunk would cost too much. */
  moved(): void {
    this.#last = this.#context.clock.monotonic();
  }

  release(): void {
    this.#cancel();
    this.#gone.removeEventListener('abort', this.#onGone);
  }

  readonly #onGone = (): void => this.#controller.abort(new TransferError('stopped', 'the client went away'));

  readonly #look = (): void => {
    const { clock, limits } = this.#context;
    const left = this.#last + limits.idleTimeout - clock.monotonic();
    if (left > 0) this.#cancel = clock.after(left, this.#look);
    else this.#controller.abort(new TransferError('stalled', 'no byte of a download moved'));
  };
}
