import { ContainerClient, Pipeline, type RequestPolicyFactory } from '@azure/storage-blob';
import { type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { MINUTE, type StoreClock } from '@mesibo-files/handler-core/provider';
import { readFailure, transferError } from './errors.ts';
import type { KeyKeeper } from './keys.ts';

/** From this on a refusal is the clock's fault. */
const SKEWED = 4 * MINUTE;

/** What every call of the SDK is given. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

type Run<Output> = (container: ContainerClient, options: CallOptions) => Promise<Output>;

/** What a call came to: its output, or the expected code of the store's refusal. */
export type Outcome<Output> = { readonly code: null; readonly output: Output } | { readonly code: string };

/** Calls of the SDK, its retries off: they keep the clock right, and their failures become TransferErrors. */
export class StoreCaller {
  readonly #baseUrl: string;
  readonly #clock: StoreClock;
  readonly #keys: KeyKeeper;
  readonly #query: (call: SignerCall) => Promise<string>;
  /** Whether the store said that it is Azurite. */
  azurite = false;

  /** `query` signs the signer's own calls. */
  constructor(
    baseUrl: string,
    clock: StoreClock,
    keys: KeyKeeper,
    query: (call: SignerCall) => Promise<string>,
  ) {
    this.#baseUrl = baseUrl;
    this.#clock = clock;
    this.#keys = keys;
    this.#query = query;
  }

  /** Makes one call. `doing` names it in errors. */
  async ask<Output>(doing: string, call: SignerCall, run: Run<Output>, patience?: number): Promise<Output> {
    const outcome = await this.attempt(doing, call, [], run, patience);
    if (outcome.code === null) return outcome.output;
    throw new TransferError('internal', `${doing}: ${outcome.code}`);
  }

  /**
   * Makes one call; a refusal with one of the `expected` codes of the store is an outcome, any other an error. Where
   * the store's clock and ours disagree, ours is corrected and the error is `clock-skewed`: the next call works.
   */
  async attempt<Output>(
    doing: string,
    call: SignerCall,
    expected: readonly string[],
    run: Run<Output>,
    patience: number = MINUTE,
  ): Promise<Outcome<Output>> {
    if (call.signal.aborted) throw new TransferError('stopped', `${doing}: stopped`);
    const query = await this.#query(call);
    let off = 0;
    const watch = sawStore((date, server, took) => {
      if (date !== null) off += this.#clock.learn(Date.parse(date), took);
      this.azurite = server?.startsWith('Azurite') ?? false;
    });
    const pipeline = new Pipeline([watch], { retryOptions: { maxTries: 1 } });
    const timeout = AbortSignal.timeout(patience);
    try {
      const container = new ContainerClient(`${this.#baseUrl}?${query}`, pipeline);
      return { code: null, output: await run(container, { abortSignal: AbortSignal.any([call.signal, timeout]) }) };
    } catch (error) {
      if (call.signal.aborted) throw new TransferError('stopped', `${doing}: stopped`);
      if (timeout.aborted) throw new TransferError('timeout', `${doing}: no answer came`);
      throw this.#explained(error, doing, off, expected) ?? error;
    }
  }
}
