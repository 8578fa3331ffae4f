/** What the queue needs of an AbortSignal; every AbortSignal is one. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: StopListener, options: { readonly once: true }): void;
  removeEventListener(type: 'abort', listener: StopListener): void;
}

export interface StopListener {
  handleEvent(): void;
}

/** A controller of a {@link StopSignal}: an AbortController takes a kilobyte, and of thousands that wait each has one. */
export class Stopping implements StopSignal {
  aborted = false;
  reason: unknown = undefined;
  #listeners: StopListener[] = [];
  #controller: AbortController | null = null;

  /** The same as an AbortSignal, for who needs one. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.aborted) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  addEventListener(_: 'abort', listener: StopListener): void {
    // Mostly there is one; a list that grew would hold room for sixteen.
    if (this.#listeners.length === 0) this.#listeners = [listener];
    else this.#listeners.push(listener);
  }

  removeEventListener(_: 'abort', listener: StopListener): void {
    const at = this.#listeners.indexOf(listener);
    if (at >= 0) this.#listeners.splice(at, 1);
  }

  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.#controller?.abort(reason);
    for (const listener of this.#listeners.splice(0)) listener.handleEvent();
  }
}

/** Is never raised, for callers that gave no signal. */
export const NEVER: StopSignal = {
  aborted: false,
  reason: undefined,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};

/** How soon a transfer is wanted: a number, or a question that is asked whenever a lane is free. */
export type Priority = number | (() => number);

/** The priority now. None, NaN, and a question that throws count as 0. */
export function priorityNow(priority: Priority | undefined): number {
  if (typeof priority !== 'function') return priority || 0;
  try {
    return priority() || 0;
  } catch {
    // The app's fault must not hold up the others in the queue.
    return 0;
  }
}

/** The priority as a question that can be asked again and again. */
export function livePriority(priority: Priority | undefined): () => number {
  return () => priorityNow(priority);
}
