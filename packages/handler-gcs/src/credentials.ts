import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Storage } from '@google-cloud/storage';
import { TransferError } from '@mesibo-files/handler-core';
import { type StoreClock, storeError } from '@mesibo-files/handler-core/provider';
import { readFailure } from './errors.ts';
import { SKEWED } from './limits.ts';
import { STORE_CODES } from './store-codes.ts';

type GoogleAuth = Storage['authClient'];
export type AuthClient = Awaited<ReturnType<GoogleAuth['getClient']>>;

/** Who signs. */
export interface Identity {
  readonly email: string;
  /** Parsed once, which signs four times as fast; null where the key is Google's and IAM signs. */
  readonly key: KeyObject | null;
}

/** Finds the credentials, by the client's own chain, and tells its failures apart. */
export class Credentials {
  readonly #auth: GoogleAuth;
  readonly #clock: StoreClock;
  #identity: Promise<Identity> | undefined;

  constructor(auth: GoogleAuth, clock: StoreClock) {
    this.#auth = auth;
    this.#clock = clock;
  }

  /** @throws `credentials-missing` */
  async client(): Promise<AuthClient> {
    try {
      return await this.#auth.getClient();
    } catch (error) {
      throw missing('The client found no credentials.', readFailure(error).name);
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

  /** @throws `credentials-missing`, `credentials-wrong` */
  identity(): Promise<Identity> {
    this.#identity ??= this.#findIdentity().catch((error: unknown) => {
      this.#identity = undefined;
      throw error;
    });
    return this.#identity;
  }

  /** Signs by IAM. */
  async signRemotely(text: string): Promise<string> {
    const sentAt = Date.now();
    try {
      return await this.#auth.sign(text);
    } catch (error) {
      throw this.failure(error, 'signing by IAM', sentAt);
    }
  }

  /** The error of a call of Google's libraries. A clock that is off is put right by it: the next call works. */
  failure(error: unknown, doing: string, sentAt: number): TransferError {
    if (TransferError.is(error)) return error;
    const failure = readFailure(error);
    const date: unknown = Reflect.get(
      Object(Reflect.get(Object(Reflect.get(Object(error), 'response')), 'headers')),
      'date',
    );
    const off = this.#clock.learn(Date.parse(String(date)), Date.now() - sentAt);
    if (failure.status !== null && failure.status < 500 && Math.abs(off) > SKEWED) {
      return new TransferError('clock-skewed', `${doing}: the clock was off by ${Math.round(off / 1000)} s`);
    }
    // A key that is none fails before anything is sent.
    if (failure.status === null && /^ERR_(OSSL|CRYPTO|INVALID_ARG)/.test(failure.name))
      return badKey(failure.name);
    return storeError(STORE_CODES, failure, doing);
  }

  async #findIdentity(): Promise<Identity> {
    const client: object = await this.client();
    const own = { email: Reflect.get(client, 'email'), key: Reflect.get(client, 'key') };
    if (typeof own.email === 'string' && typeof own.key === 'string') {
      return { email: own.email, key: parseKey(own.key) };
    }
    const sentAt = Date.now();
    try {
      const { client_email: email } = await this.#auth.getCredentials();
      if (email) return { email, key: null };
    } catch (error) {
      const known = this.failure(error, 'finding the service account', sentAt);
      if (known.code !== 'internal') throw known;
    }
    throw missing('The credentials are of no service account, and only one can sign.', 'no client_email', {
      hint: 'Use a service account: its key, the one attached to the machine, or impersonation by gcloud.',
    });
  }
}

function parseKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw badKey(readFailure(error).name);
  }
}

function badKey(why: string): TransferError {
  return new TransferError('credentials-wrong', 'The private key can not be read.', {
    cause: new Error(why),
  });
}

function missing(message: string, why: string, more: { readonly hint?: string } = {}): TransferError {
  return new TransferError('credentials-missing', message, { cause: new Error(why), ...more });
}
