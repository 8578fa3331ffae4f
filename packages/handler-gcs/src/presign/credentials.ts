import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { Storage } from '@google-cloud/storage';
import { TransferError } from '@mesibo-files/handler-core';
import { type StoreClock, storeError, type TransferErrorOptions } from '@mesibo-files/handler-core/provider';
import { headersOf, plainHeaders, readFailure, STORE_CODES } from '../format/codes.ts';
import { SKEWED } from '../options.ts';

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
      return plainHeaders(await client.getRequestHeaders(url));
    } catch (error) {
      throw this.failure(error, 'getting an access token', sentAt);
    }
  }

  /**
   * Drops the access token, where the client lets it be dropped. It judges its age by the
   * system's clock, which may have been set since.
   */
  async renew(): Promise<void> {
    const client: Partial<AuthClient> = await this.client();
    client.setCredentials?.({ ...client.credentials, expiry_date: 1 });
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
    const universe = failure.status === null ? universeFault(error) : null;
    if (universe !== null) {
      return new TransferError('credentials-wrong', `${doing}: the credentials are of another universe`, {
        cause: new Error(universe),
        hint: 'Set the option universeDomain to that of the credentials.',
      });
    }
    return storeError(STORE_CODES, failure, doing, options);
  }
}

/** The library's own words where credentials and client are of two universes; they hold domains alone. Null for any other error. */
function universeFault(error: unknown): string | null {
  const text = error instanceof Error ? error.message : '';
  return /\buniverses?\b/i.test(text) ? text.slice(0, 300) : null;
}

function badKey(why: string): TransferError {
  return new TransferError('credentials-wrong', 'The private key can not be read.', {
    cause: new Error(why),
  });
}

function missingCredentials(message: string, why: string, hint?: string): TransferError {
  const cause = new Error(why);
  return new TransferError('credentials-missing', message, {
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Who signs, and how. */
export interface Identity {
  readonly email: string;
  /** The signature of a text, in base64. */
  readonly sign: (text: string) => Promise<string>;
}

/** In a thread of its own, so that a hundred URLs don't hold up everything else. */
const signInThread = promisify<string, Uint8Array, KeyObject, Buffer>(sign);

const NO_ACCOUNT =
  'Use a service account: its key, the one attached to the machine, or impersonation by gcloud.';
const NO_ROLE =
  'To sign without a key, the IAM Service Account Credentials API must be on, and the account needs the role roles/iam.serviceAccountTokenCreator on itself.';

/**
 * The service account: with its key, parsed once, which signs four times as fast; or, where the key is Google's, with
 * IAM, which signs one text a request.
 * @throws `credentials-missing`, `credentials-wrong`, …
 */
export async function findIdentity(credentials: Credentials): Promise<Identity> {
  const client: object = await credentials.client();
  const own = { email: Reflect.get(client, 'email'), key: Reflect.get(client, 'key') };
  if (typeof own.email === 'string' && typeof own.key === 'string') {
    const key = parseKey(own.key);
    return {
      email: own.email,
      sign: async (text) => (await signInThread('RSA-SHA256', Buffer.from(text), key)).toString('base64'),
    };
  }
  return { email: await findEmail(credentials), sign: iamSigner(credentials) };
}

/** So many texts are signed at once: IAM counts requests, and a batch of a hundred parts would be refused. */
const AT_ONCE = 8;

/** Signs by IAM, a few at once. */
function iamSigner(credentials: Credentials): (text: string) => Promise<string> {
  const waiting: (() => void)[] = [];
  let running = 0;
  let worked = false;
  return async (text) => {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      const signature = await signByIam(credentials, text, worked);
      worked = true;
      return signature;
    } finally {
      // Whoever waits takes the place over.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

async function findEmail(credentials: Credentials): Promise<string> {
  const sentAt = Date.now();
  let email: string | undefined;
  try {
    email = (await credentials.auth.getCredentials()).client_email;
  } catch (error) {
    const known = credentials.failure(error, 'finding the service account', sentAt);
    if (known.code !== 'internal') throw known;
  }
  if (email) return email;
  throw missingCredentials('The credentials are of no service account.', 'no client_email', NO_ACCOUNT);
}

/** `worked`: it did before, so a refusal is not final: under load IAM answers 403 to what it allows. */
async function signByIam(credentials: Credentials, text: string, worked: boolean): Promise<string> {
  const sentAt = Date.now();
  try {
    return await credentials.auth.sign(text);
  } catch (error) {
    const { status } = readFailure(error);
    const known = credentials.failure(error, 'signing by IAM', sentAt);
    // It answers 404 to an account that it does not know, or does not show.
    if (known.code !== 'access-denied' && status !== 404) throw known;
    throw new TransferError('access-denied', known.message, {
      cause: known.cause,
      hint: NO_ROLE,
      ...(worked ? { retryable: true } : {}),
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
