import type { Storage } from '@google-cloud/storage';
import { TransferError } from '@mesibo-files/handler-core';
import { type StoreClock, storeError, type TransferErrorOptions } from '@mesibo-files/handler-core/provider';
import { headersOf, readFailure } from './errors.ts';
import { SKEWED } from './limits.ts';
import { STORE_CODES } from './store-codes.ts';

export type GoogleAuth = Storage['authClient'];
type AuthClient = Awaited<ReturnType<GoogleAuth['getClient']>>;

/** The credentials that the client's own chain finds, with its failures told apart. */
export class Credentials {
  readonly auth: GoogleAuth;
  readonly #clock: StoreClock;

  constructor(auth: GoogleAuth, clock: StoreClock) {
    this.auth = auth;
    this.#clock = clock;
  }

  /** @throws `credentials-missing` */
  async client(): Promise<AuthClient> {
    try {
      return await this.auth.getClient();
    } catch (error) {
      throw missingCredentials('The client found no credentials.', readFailure(error).name);
    }
  }

  /** Headers that carry an access token. @throws `credentials-wrong`, `clock-skewed`, … */
  async headers(url: string): Promise<Record<string, string>> {
    const client = await this.client();
    const sentAt = Date.now();
    try {
      return Object.fromEntries(Object.entries(await client.getRequestHeaders(url)));
    } catch (error) {
      throw this.failure(error, 'getting an access token', sentAt);
    }
  }

  /** Drops the access token. The client judges its age by the system's clock, which may have been set since. */
  async renew(): Promise<void> {
    const client = await this.client();
    client.setCredentials({ ...client.credentials, expiry_date: 1 });
  }

  /** The error of a call of Google's libraries. A clock that is off is put right by it: the next call works. */
  failure(error: unknown, doing: string, sentAt: number, options?: TransferErrorOptions): TransferError {
    if (TransferError.is(error)) return error;
    const failure = readFailure(error);
    const off = this.#clock.learn(Date.parse(String(headersOf(error).date)), Date.now() - sentAt);
    if (failure.status !== null && failure.status < 500 && Math.abs(off) > SKEWED) {
      return new TransferError('clock-skewed', `${doing}: the clock was off by ${Math.round(off / 1000)} s`);
    }
    // A key that is none fails before anything is sent.
    if (failure.status === null && /^ERR_(OSSL|CRYPTO|INVALID_ARG)/.test(failure.name)) {
      return badKey(failure.name);
    }
    return storeError(STORE_CODES, failure, doing, options);
  }
}

export function badKey(why: string): TransferError {
  return new TransferError('credentials-wrong', 'The private key can not be read.', {
    cause: new Error(why),
  });
}

export function missingCredentials(message: string, why: string, hint?: string): TransferError {
  const cause = new Error(why);
  return new TransferError('credentials-missing', message, {
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}
