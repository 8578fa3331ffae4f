import { ORIGIN, type Origin } from '@mesibo-files/handler-core';
import type { Envelope, Receiver } from './envelope.ts';

interface Waiting {
  readonly envelope: Envelope;
  origin: Origin;
}

/** Carries envelopes from user to user, in order, and keeps those whose receiver is away. */
export class PostOffice {
  readonly #schedule: (task: () => void) => void;
  readonly #now: () => number;
  readonly #receivers = new Map<string, Receiver>();
  readonly #waiting = new Map<string, Waiting[]>();

  /** @param now - milliseconds since 1970 */
  constructor(schedule: (task: () => void) => void, now: () => number) {
    this.#schedule = schedule;
    this.#now = now;
  }

  /** Makes an address known, and brings it what has waited. */
  register(address: string, receiver: Receiver): void {
    this.#receivers.set(address, receiver);
    this.wake(address);
  }

  carry(envelope: Envelope): void {
    const waiting = this.#unexpired(envelope.to);
    waiting.push({ envelope, origin: this.#isOnline(envelope.to) ? ORIGIN.REALTIME : ORIGIN.PENDING });
    this.#waiting.set(envelope.to, waiting);
    this.wake(envelope.to);
  }

  /** The user may have come online. */
  wake(address: string): void {
    this.#schedule(() => this.#deliver(address));
  }

  /** What waits for a user. An expired message is dropped: its receiver never sees it. */
  #unexpired(address: string): Waiting[] {
    const now = this.#now();
    return (this.#waiting.get(address) ?? []).filter(({ envelope }) => envelope.expiresAt > now);
  }

  #isOnline(address: string): boolean {
    return this.#receivers.get(address)?.online() ?? false;
  }

  #deliver(address: string): void {
    const waiting = this.#unexpired(address);
    this.#waiting.set(address, waiting);
    // Asks again before each one: a listener may go offline on the message before.
    while (this.#isOnline(address)) {
      const next = waiting.shift();
      if (next === undefined) return;
      this.#receivers.get(next.envelope.from)?.delivered(next.envelope.mid);
      this.#receivers.get(address)?.receive(next.envelope, next.origin);
    }
    for (const missed of waiting) missed.origin = ORIGIN.PENDING;
  }
}
