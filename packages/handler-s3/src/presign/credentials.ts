import type { S3Client } from '@aws-sdk/client-s3';
import { TransferError } from '@mesibo-files/handler-core';
import { MINUTE, type StoreClock } from '@mesibo-files/handler-core/provider';
import { readFailure, transferError } from '../format/codes.ts';
import type { S3Credentials } from '../options.ts';

/** Temporary credentials are fetched anew when so little is left of them, as the SDK does too. */
const MARGIN = 5 * MINUTE;

/** Fixed credentials are looked at again from time to time: someone may have rotated them. */
const RECHECK = MINUTE;

/** Keeps the resolved credentials until near their end, so that signing a thousand URLs resolves them once. */
export class CredentialKeeper {
  readonly #client: S3Client;
  readonly #clock: StoreClock;
  #held: Promise<S3Credentials> | undefined;
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
    this.#until = this.#clock.now() + RECHECK;
    this.#held = this.#resolve();
    this.#held.catch(() => {
      this.#held = undefined;
    });
    return this.#held;
  }

  async #resolve(): Promise<S3Credentials> {
    try {
      const found = await this.#client.config.credentials();
      if (!this.#isEnding(found)) return found;
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
