import type { S3Client } from '@aws-sdk/client-s3';
import { TransferError } from '@mesibo-files/handler-core';
import { MINUTE, SECOND, type StoreClock } from '@mesibo-files/handler-core/provider';
import { readFailure, transferError } from '../format/codes.ts';
import type { S3Credentials } from '../options.ts';

/** Temporary credentials are fetched anew when so little is left of them, as the SDK does too. */
const MARGIN = 5 * MINUTE;

/** Fixed credentials are looked at again from time to time: someone may have rotated them. */
const RECHECK = MINUTE;

/** A refusal of credentials that are younger than this is no reason to fetch others: all that waited met the old ones. */
const FRESH = 10 * SECOND;

/**
 * Keeps the resolved credentials until near their end, so that signing a thousand URLs resolves them once. None are kept
 * past the end that they state.
 */
export class CredentialKeeper {
  readonly #client: S3Client;
  readonly #clock: StoreClock;
  #held: Promise<S3Credentials> | undefined;
  /** Those that were resolved last. */
  #last: S3Credentials | undefined;
  #since = 0;
  #renewals = 0;
  #until = 0;

  constructor(client: S3Client, clock: StoreClock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** @throws `credentials-missing` */
  current(): Promise<S3Credentials> {
    const left = this.#until - this.#clock.now();
    // More than was set means that the clock has been put right since.
    if (this.#held !== undefined && left > 0 && left <= RECHECK) return this.#held;
    return this.#hold(false);
  }

  /** How many times others were fetched because the store had refused those at hand. */
  get renewals(): number {
    return this.#renewals;
  }

  /**
   * The store has refused the credentials: they are fetched anew, once for all that wait. False: there are no others, or
   * those at hand are so young that there can't be.
   *
   * @param seen - {@link renewals} when the refused request was made; absent where that is not known
   */
  async renew(seen?: number): Promise<boolean> {
    const age = this.#clock.now() - this.#since;
    const renewed = seen !== undefined && seen !== this.#renewals;
    if (!renewed && this.#renewals > 0 && age >= 0 && age < FRESH) return false;
    // What the SDK's own calls go by.
    const before = this.#last ?? (await this.current().catch(() => undefined));
    const found = await (renewed ? this.current() : this.#hold(true)).catch(() => undefined);
    return renewed || (found !== undefined && !isSame(found, before));
  }

  #hold(forced: boolean): Promise<S3Credentials> {
    const now = this.#clock.now();
    const held = this.#resolve(forced);
    this.#held = held;
    if (forced) {
      this.#since = now;
      this.#renewals += 1;
    }
    this.#until = now + RECHECK;
    held.then(
      (found) => {
        if (this.#held !== held) return;
        this.#last = found;
        if (found.expiration !== undefined) this.#until = Math.min(this.#until, found.expiration.getTime());
      },
      () => {
        if (this.#held === held) this.#held = undefined;
      },
    );
    return held;
  }

  async #resolve(forced: boolean): Promise<S3Credentials> {
    try {
      const found = await this.#client.config.credentials({ forceRefresh: forced });
      if (forced || !this.#isEnding(found)) return found;
      // The SDK judges by the system's clock, which may be wrong.
      return await this.#client.config.credentials({ forceRefresh: true });
    } catch (error) {
      const failure = readFailure(error);
      if (failure.name === 'CredentialsProviderError' || failure.status === null) {
        throw new TransferError('credentials-missing', 'The SDK found no credentials.', {
          cause: new Error(failure.name),
        });
      }
      throw transferError(failure, 'getting credentials');
    }
  }

  #isEnding({ expiration }: S3Credentials): boolean {
    return expiration !== undefined && expiration.getTime() - this.#clock.now() < MARGIN;
  }
}

function isSame(one: S3Credentials, other: S3Credentials | undefined): boolean {
  return (
    one.accessKeyId === other?.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken
  );
}
