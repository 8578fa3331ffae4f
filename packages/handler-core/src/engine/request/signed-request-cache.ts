import { TransferError } from '../../errors/transfer-error.ts';
import type { Ticket } from '../../signer/plan.ts';
import type { SignedPart, SignedRequest, WantedPart } from '../../signer/request.ts';
import type { Signer, SignerCall } from '../../signer/signer.ts';
import type { TransferContext } from './context.ts';
import { persist } from './retry.ts';
import { unlessStopped } from './time.ts';

/** The last share of a signed request's time in which it is not used any more: it must still arrive. */
const MARGIN = 0.1;

interface CachedRequest {
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
 * Gets requests signed. Requests made during a call join the next one, so a round trip to
 * a remote signer is paid once for many parts, and an expired batch is re-signed once for all that wait.
 */
export class SignedRequestCache {
  readonly #signer: Signer;
  readonly #ticket: Ticket;
  readonly #context: TransferContext;
  readonly #batch: number;
  readonly #cached = new Map<number, CachedRequest>();
  #waiting: Waiting[] = [];
  #busy = false;
  /** How far the store's clock is ahead of the device's, once an answer showed that the signer's is wrong. */
  #ahead: number | null = null;
  /** The store's own code in the answer because of which the next call is made, or null. */
  #refusal: string | null = null;

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
    for (const part of signed) this.#keep(part);
  }

  /** A request for this part that is good for now: a cached one, or a new one. Ends when the asker's signal is raised. */
  request(part: WantedPart, signal: AbortSignal = this.#context.signal): Promise<SignedRequest> {
    const cached = this.#cached.get(part.number);
    if (cached !== undefined && this.#context.ports.clock.monotonic() < cached.until)
      return Promise.resolve(cached.request);
    const signed = new Promise<SignedRequest>((resolve, reject) => {
      this.#waiting.push({ part, resolve, reject });
    });
    if (!this.#busy) {
      this.#busy = true;
      queueMicrotask(() => void this.#serve());
    }
    return unlessStopped(signed, signal);
  }

  /**
   * The cached request of this part must not be used again.
   *
   * @param storeTime - the store's clock, where it differs from the signer's
   * @param refusal - the store's own code, where it refused the request
   */
  drop(part: number, storeTime: number | null, refusal: string | null = null): void {
    this.#cached.delete(part);
    this.#refusal = refusal;
    if (storeTime !== null) this.#ahead = storeTime - this.#context.ports.clock.now();
  }

  async #serve(): Promise<void> {
    while (this.#waiting.length > 0) {
      const served = this.#waiting.splice(0, this.#batch);
      try {
        const wanted = served.map((waiting) => waiting.part);
        const refusal = this.#refusal;
        this.#refusal = null;
        const signed = await persist(this.#context, () =>
          this.#signer.sign(this.#ticket, wanted, this.#call(refusal)),
        );
        for (const part of signed) this.#keep(part);
        for (const waiting of served) this.#answer(waiting);
      } catch (error) {
        for (const waiting of served) waiting.reject(error);
      }
    }
    this.#busy = false;
  }

  /** A signer that keeps nothing between calls must be told the time at each. */
  #call(refusal: string | null): SignerCall {
    const { signal, ports } = this.#context;
    return {
      signal,
      ...(this.#ahead === null ? {} : { storeTime: ports.clock.now() + this.#ahead }),
      ...(refusal === null ? {} : { refusal }),
    };
  }

  #answer({ part, resolve, reject }: Waiting): void {
    const cached = this.#cached.get(part.number);
    if (cached === undefined)
      reject(new TransferError('internal', `the signer signed nothing for part ${part.number}`));
    else resolve(cached.request);
  }

  #keep({ number, request }: SignedPart): void {
    const until = this.#context.ports.clock.monotonic() + request.timeToLive * (1 - MARGIN);
    this.#cached.set(number, { request, until });
  }
}
