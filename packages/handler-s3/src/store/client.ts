import type { S3Client } from '@aws-sdk/client-s3';
import { TransferError } from '@mesibo-files/handler-core';
import {
  MINUTE,
  type SignerCall,
  type StoreClock,
  type StoreFailure,
} from '@mesibo-files/handler-core/provider';
import { isCredentialCode, isRegionCode, readFailure, regionOf, transferError } from '../format/codes.ts';
import type { BucketHome } from './home.ts';

/** From this on a refusal is the clock's fault: stores allow 15 minutes, some only 5. */
const SKEWED = 4 * MINUTE;

/** What every call of the SDK is given. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

type Run<Output> = (client: S3Client, options: CallOptions) => Promise<Output>;

/** What a call came to: its output, or the expected code of the store's refusal. */
export type Outcome<Output> = { readonly code: null; readonly output: Output } | { readonly code: string };

/** One attempt: an outcome, or a refusal that may be mended. */
type Attempt<Output> = Outcome<Output> | { readonly failure: StoreFailure; readonly region: string | null };

/**
 * Calls of the SDK: their clock is kept right, and their failures become TransferErrors. A call that the store refuses
 * for its credentials or its region is made once more, with others.
 */
export class StoreCaller {
  readonly #home: BucketHome;
  readonly #clock: StoreClock;
  #checked = false;

  constructor(home: BucketHome, clock: StoreClock) {
    this.#home = home;
    this.#clock = clock;
  }

  /** Makes one call. `doing` names it in errors. */
  async ask<Output>(doing: string, call: SignerCall, run: Run<Output>): Promise<Output> {
    const outcome = await this.attempt(doing, call, [], run);
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
  ): Promise<Outcome<Output>> {
    if (call.signal.aborted) throw new TransferError('stopped', `${doing}: stopped`);
    const { renewals } = this.#home.credentials;
    const first = await this.#once(doing, call, expected, run);
    if (!('failure' in first)) return first;
    if (!(await this.#mend(first, renewals))) throw transferError(first.failure, doing);
    if (call.signal.aborted) throw new TransferError('stopped', `${doing}: stopped`);
    const second = await this.#once(doing, call, expected, run);
    if ('failure' in second) throw transferError(second.failure, doing);
    return second;
  }

  /**
   * Looks for what mends a refusal that the engine met: other credentials, or the bucket's region, which a call of the
   * signer's own finds out. Believes nothing else of it.
   */
  async heed(refusal: string, call: SignerCall, look: Run<unknown>): Promise<void> {
    if (isCredentialCode(refusal)) await this.#home.credentials.renew();
    else if (isRegionCode(refusal)) {
      await this.attempt('looking for the bucket', call, [], look).catch((error: unknown) => {
        if (call.signal.aborted) throw error;
      });
    }
  }

  /** Whether a call can be made again with other credentials, or in another region. */
  async #mend(
    { failure, region }: Extract<Attempt<unknown>, { failure: unknown }>,
    renewals: number,
  ): Promise<boolean> {
    if (region !== null) return this.#home.moveTo(region);
    return isCredentialCode(failure.name) && (await this.#home.credentials.renew(renewals));
  }

  async #once<Output>(
    doing: string,
    call: SignerCall,
    expected: readonly string[],
    run: Run<Output>,
  ): Promise<Attempt<Output>> {
    await this.#checkClient();
    await this.#home.location();
    const { client } = this.#home;
    const sentAt = Date.now();
    client.config.systemClockOffset = this.#clock.now() - sentAt;
    try {
      const output = await run(client, { abortSignal: call.signal });
      this.#learn(client, sentAt);
      return { code: null, output };
    } catch (error) {
      if (call.signal.aborted) throw new TransferError('stopped', `${doing}: stopped`);
      if (TransferError.is(error)) throw error;
      const failure = readFailure(error);
      if (failure.status === null) throw transferError(failure, doing);
      const off = this.#learn(client, sentAt);
      if (expected.includes(failure.name)) return { code: failure.name };
      if (failure.name === 'RequestTimeTooSkewed' || (Math.abs(off) > SKEWED && isRefusal(failure.status))) {
        throw new TransferError('clock-skewed', `${doing}: the clock was off by ${Math.round(off / 1000)} s`);
      }
      return { failure, region: regionOf(error) };
    }
  }

  /** The SDK reads the store's time in every answer, good or bad, and keeps how far the system's clock is from it. */
  #learn({ config }: S3Client, sentAt: number): number {
    return this.#clock.learn(Date.now() + config.systemClockOffset, Date.now() - sentAt);
  }

  async #checkClient(): Promise<void> {
    if (this.#checked) return;
    if ((await this.#home.client.config.requestChecksumCalculation()) !== 'WHEN_REQUIRED') {
      throw new TransferError(
        'invalid-argument',
        "S3 options: client must be made with requestChecksumCalculation: 'WHEN_REQUIRED'.",
      );
    }
    this.#checked = true;
  }
}

function isRefusal(status: number | null): boolean {
  return status === 400 || status === 401 || status === 403;
}
