import type { Signer } from '@mesibo-files/handler-core';
import { type Clock, SECOND, type SignerCall, type Ticket } from '@mesibo-files/handler-core/provider';
import type { StoreClocks } from '../context/signing-state.ts';

/** A store is asked for its time no oftener than this, in milliseconds. */
const PAUSE: number = 10 * SECOND;

interface Look {
  /** Milliseconds, monotonic. */
  readonly at: number;
  readonly done: Promise<void>;
}

/**
 * Keeps the signers' clocks right. A client says that the store's time is another than ours; that is not believed, or
 * any client could make the server sign for next year. It is a reason to call the store, by whose answer a signer puts
 * its own clock right.
 */
export class StoreTime implements StoreClocks {
  readonly #clock: Clock;
  readonly #looks = new WeakMap<Signer, Look>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `claimed`: the time that the client says, or the refusal that it met, or undefined where it says nothing. `ticket`: an upload to ask the store for. */
  async look(
    signer: Signer,
    ticket: Ticket,
    claimed: number | string | undefined,
    call: SignerCall,
  ): Promise<void> {
    if (claimed === undefined) return;
    const now = this.#clock.monotonic();
    const last = this.#looks.get(signer);
    // A second caller waits for the answer that the first is fetching.
    if (last !== undefined && now - last.at < PAUSE) return last.done;
    const done = signer.resume(ticket, call).then(
      () => undefined,
      // Only the time in the answer matters, whether it succeeded or not.
      () => undefined,
    );
    this.#looks.set(signer, { at: now, done });
    return done;
  }
}
