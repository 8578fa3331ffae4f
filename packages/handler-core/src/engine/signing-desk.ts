import { TransferError } from '../errors/transfer-error.ts';
import type { Ticket } from '../signer/plan.ts';
import type { SignedPart, SignedRequest, WantedPart } from '../signer/request.ts';
import type { Signer } from '../signer/signer.ts';
import type { TransferContext } from './context.ts';
import { persist } from './retry.ts';

/** The last share of a signed request's time in which it is not used any more: it must still arrive. */
const MARGIN = 0.1;

interface Held {
  readonly request: SignedRequest;
  /** On the monotonic clock. */
  readonly until: number;
}

interface Waiting {
  readonly part: WantedPart;
  readonly resolve: (request: SignedRequest) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gets requests signed. What is wanted while a call is under way goes together into the next one, so a round trip to
 * a remote signer is paid once for many parts, and an expired batch is re-signed once for all that wait.
 */
export class SigningDesk {
  readonly #signer: Signer;
  readonly #ticket: Ticket;
  readonly #context: TransferContext;
  readonly #batch: number;
  readonly #held = new Map<number, Held>();
  #waiting: Waiting[] = [];
  #busy = false;
  #storeTime: number | undefined;

  constructor(
    signer: Signer,
    ticket: Ticket,
    context: TransferContext,
    batch: number,
    signed: readonly SignedPart[],
  ) {
    this.#signer = signer;
    this.#ticket = ticket;
    this.#context = context;
    this.#batch = Math.max(1, batch);
    for (const part of signed) this.#hold(part);
  }

  /** A request for this part that is good for now: one held already, or a new one. */
  request(part: WantedPart): Promise<SignedRequest> {
    const held = this.#held.get(part.number);
    if (held !== undefined && this.#context.ports.clock.monotonic() < held.until)
      return Promise.resolve(held.request);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ part, resolve, reject });
      if (!this.#busy) {
        this.#busy = true;
        queueMicrotask(() => void this.#serve());
      }
    });
  }

  /** What is held for this part must not be used again. `storeTime`: the store's clock, where it differs from the signer's. */
  drop(part: number, storeTime: number | null): void {
    this.#held.delete(part);
    if (storeTime !== null) this.#storeTime = storeTime;
  }

  async #serve(): Promise<void> {
    while (this.#waiting.length > 0) {
      const served = this.#waiting.splice(0, this.#batch);
      try {
        const storeTime = this.#storeTime;
        this.#storeTime = undefined;
        const signed = await persist(this.#context, () =>
          this.#signer.sign(
            this.#ticket,
            served.map((waiting) => waiting.part),
            { signal: this.#context.signal, ...(storeTime === undefined ? {} : { storeTime }) },
          ),
        );
        for (const part of signed) this.#hold(part);
        for (const waiting of served) this.#answer(waiting);
      } catch (error) {
        for (const waiting of served) waiting.reject(error);
      }
    }
    this.#busy = false;
  }

  #answer({ part, resolve, reject }: Waiting): void {
    const held = this.#held.get(part.number);
    if (held === undefined)
      reject(new TransferError('internal', `the signer signed nothing for part ${part.number}`));
    else resolve(held.request);
  }

  #hold({ number, request }: SignedPart): void {
    const until = this.#context.ports.clock.monotonic() + request.timeToLive * (1 - MARGIN);
    this.#held.set(number, { request, until });
  }
}
