/** How one start of a transfer ended. */
export type Settlement =
  | { readonly outcome: 'done'; readonly url: string | null }
  | { readonly outcome: 'failed' }
  /** Given up for now: mesibo may ask again. */
  | { readonly outcome: 'deferred' }
  /** Given up for the life of the app; downloads only. */
  | { readonly outcome: 'blocked' };

/** What a handler's `setResult` means. An upload that has no URL to send has failed, whatever it says. */
export function settlementOf(upload: boolean, success: boolean, url: string | null | undefined): Settlement {
  if (success !== true) return { outcome: 'failed' };
  if (!upload) return { outcome: 'done', url: null };
  return typeof url === 'string' && url !== '' ? { outcome: 'done', url } : { outcome: 'failed' };
}

/** Told of an attempt that a handler accepted. */
export interface AttemptEvents {
  progressed(): void;
  settled(settlement: Settlement): void;
}

/**
 * The ledger of one start: a handler is *asked*, then the attempt *runs* until it settles, once. What a handler reports
 * while it is being asked is kept, and counts only if it accepts. What comes after the end is ignored.
 */
export class Attempt {
  readonly #most: number;
  readonly #events: AttemptEvents;
  #phase: 'asked' | 'running' | 'ended' = 'asked';
  #progress = 0;
  #result = false;
  #early: Settlement | null = null;
  #delegated: (() => void) | null = null;
  #controller: AbortController | null = null;

  constructor(upload: boolean, events: AttemptEvents) {
    this.#most = upload ? 99 : 100;
    this.#events = events;
  }

  get running(): boolean {
    return this.#phase === 'running';
  }

  get ended(): boolean {
    return this.#phase === 'ended';
  }

  get progress(): number {
    return this.#progress;
  }

  get result(): boolean {
    return this.#result;
  }

  /** Raised when the attempt ends, however it does. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.ended) this.#controller.abort();
    return this.#controller.signal;
  }

  /** The handler has handed the transfer back to mesibo. */
  get delegated(): boolean {
    return this.#delegated !== null;
  }

  /** Takes the transfer over from the handler: once it has said yes, if it is being asked still. */
  delegate(run: () => void): void {
    this.#delegated = run;
    if (this.running) run();
  }

  /** What the handler reported while it was being asked. */
  get early(): Settlement | null {
    return this.#early;
  }

  /** Never goes back, and an upload stays at 99 until its URL is known. Negative numbers and NaN are ignored. */
  report(percent: number): void {
    if (this.#phase === 'ended' || this.#early !== null || !Number.isFinite(percent)) return;
    const progress = Math.min(Math.floor(percent), this.#most);
    if (progress <= this.#progress) return;
    this.#progress = progress;
    if (this.running) this.#events.progressed();
  }

  settle(settlement: Settlement): void {
    if (this.#phase === 'ended') return;
    if (this.#phase === 'asked') {
      this.#early ??= settlement;
      return;
    }
    this.#result = settlement.outcome === 'done';
    if (this.#result) this.#progress = 100;
    this.end();
    this.#events.settled(settlement);
  }

  /** The handler said yes. Listeners are told that it runs before they are told how it ended. */
  accept(): void {
    this.#phase = 'running';
    this.#events.progressed();
    if (this.#early !== null) this.settle(this.#early);
    // A listener may have stopped it.
    if (this.running) this.#delegated?.();
  }

  /** The handler said no, or the transfer was stopped: whatever it still reports is ignored. */
  end(): void {
    this.#phase = 'ended';
    this.#controller?.abort();
  }
}
