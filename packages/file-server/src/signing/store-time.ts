import {
  type Clock,
  type Signer,
  type SignerCall,
  type Ticket,
  TransferError,
} from '@mesibo-files/handler-core';
import { MINUTE } from '@mesibo-files/handler-core/provider';

/** A store is asked for its time no oftener than this, in milliseconds. */
const PAUSE: number = MINUTE / 6;

/** Less than this is no skew that a store minds, in milliseconds. */
const TOLERANCE: number = 2 * MINUTE;

/**
 * Keeps the signers' clocks right. A client says that the store's time is another than ours; that is not believed, or
 * any client could make the server sign for next year. It is a reason to call the store, by whose answer a signer puts
 * its own clock right.
 */
export class StoreTime {
  readonly #clock: Clock;
  readonly #asked = new WeakMap<Signer, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `claimed`: milliseconds since 1970, or undefined. `ticket`: an upload to ask the store for. */
  async look(signer: Signer, ticket: Ticket, claimed: number | undefined, call: SignerCall): Promise<void> {
    if (claimed === undefined || Math.abs(claimed - this.#clock.now()) < TOLERANCE) return;
    const now = this.#clock.monotonic();
    if (now - (this.#asked.get(signer) ?? Number.NEGATIVE_INFINITY) < PAUSE) return;
    this.#asked.set(signer, now);
    await signer.resume(ticket, call).catch((error: unknown) => {
      // What was wanted is the time in the answer, be it good or bad.
      if (!TransferError.is(error) || error.code === 'stopped') throw error;
    });
  }
}
