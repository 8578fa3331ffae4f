import { BlobServiceClient, StorageSharedKeyCredential, type UserDelegationKey } from '@azure/storage-blob';
import { TransferError } from '@mesibo-files/handler-core';
import { DAY, MINUTE, type SignerCall, type StoreClock } from '@mesibo-files/handler-core/provider';
import { answeredBy, readFailure, transferError } from '../format/codes.ts';
import { MAX_TIME_TO_LIVE } from '../options.ts';
import { type AzureTokenCredential, defaultCredential } from './credentials.ts';

/** What signs: the account's key, or one that the account gave to an identity for some time. */
export type SigningKey = StorageSharedKeyCredential | UserDelegationKey;

/** Gets keys to sign with. */
export interface KeyKeeper {
  current(call: SignerCall): Promise<SigningKey>;
  /** Drops what is kept: it was revoked, or the clock was wrong. */
  forget(): void;
}

/** The account's own key, which has no end. */
export function accountKeys(accountName: string, accountKey: string): KeyKeeper {
  const credential = new StorageSharedKeyCredential(accountName, accountKey);
  return { current: async () => credential, forget: () => undefined };
}

/** Gets a user delegation key for this time. */
type FetchKey = (startsOn: Date, expiresOn: Date, call: SignerCall) => Promise<UserDelegationKey>;

/** A clock that is a little ahead must not make a key that is not valid yet. */
const BEFORE = 15 * MINUTE;

/** Keeps a user delegation key until less is left of it than a signature may need. */
export class DelegationKeys implements KeyKeeper {
  readonly #fetch: FetchKey;
  readonly #clock: StoreClock;
  readonly #life: number;
  readonly #margin: number;
  #held: Promise<UserDelegationKey> | undefined;
  #until = 0;
  #since = 0;

  /** `timeToLive`: the longest life of what is signed. */
  constructor(fetch: FetchKey, clock: StoreClock, timeToLive: number) {
    this.#fetch = fetch;
    this.#clock = clock;
    this.#life = Math.min(MAX_TIME_TO_LIVE - BEFORE, timeToLive + MINUTE + DAY);
    // Each key is kept for a day: what is signed for longer than a key's rest ends with the key.
    this.#margin = Math.min(timeToLive + MINUTE, this.#life - DAY);
  }

  current(call: SignerCall): Promise<UserDelegationKey> {
    const now = this.#clock.now();
    // A time before the key was fetched means that the clock has been put right since.
    if (this.#held !== undefined && now < this.#until - this.#margin && now >= this.#since - BEFORE)
      return this.#held;
    const fetched = this.#fetchValid(call);
    this.#held = fetched;
    fetched.catch(() => {
      if (this.#held === fetched) this.#held = undefined;
    });
    return fetched;
  }

  /** The answer to the first request may put the clock right: what was asked for by the wrong one is not valid now. */
  async #fetchValid(call: SignerCall, wasWrong = false): Promise<UserDelegationKey> {
    const now = this.#clock.now();
    // Whole seconds, as they stand in the signature.
    const since = now - (now % 1000);
    this.#since = since;
    this.#until = since + this.#life;
    const key = await this.#fetch(new Date(since - BEFORE), new Date(this.#until), call);
    const isWrong = Math.abs(this.#clock.now() - since) > BEFORE;
    return isWrong && !wasWrong ? this.#fetchValid(call, true) : key;
  }

  forget(): void {
    this.#held = undefined;
  }
}

/** When what this key signs ends, in milliseconds since 1970. */
export function endOf(key: SigningKey): number {
  return key instanceof StorageSharedKeyCredential ? Number.POSITIVE_INFINITY : key.signedExpiresOn.getTime();
}

const DOING = 'getting a user delegation key';

/** What `@azure/identity` says of a machine that has no identity, and of a person who has to sign in first. */
const MISSING = /^(CredentialUnavailableError|AggregateAuthenticationError|AuthenticationRequiredError)$/;

/** The most that is told of an identity's own words, in characters. */
const MAX_WORDS = 500;

/** Asks the account for user delegation keys as this identity, or as the one that the machine has. */
export function delegation(
  endpoint: string,
  given: AzureTokenCredential | null,
  clock: StoreClock,
): FetchKey {
  let found: Promise<AzureTokenCredential> | undefined;
  return async (startsOn, expiresOn, call) => {
    found ??= given === null ? defaultCredential() : Promise.resolve(given);
    const credential = await found;
    const service = new BlobServiceClient(endpoint, telling(credential), { retryOptions: { maxTries: 1 } });
    const timeout = AbortSignal.timeout(MINUTE);
    const sentAt = Date.now();
    try {
      const abortSignal = AbortSignal.any([call.signal, timeout]);
      const key = await service.getUserDelegationKey(startsOn, expiresOn, { abortSignal });
      if (key.date !== undefined) clock.learn(key.date.getTime(), Date.now() - sentAt);
      return key;
    } catch (error) {
      if (call.signal.aborted) throw new TransferError('stopped', `${DOING}: stopped`);
      if (timeout.aborted) throw new TransferError('timeout', `${DOING}: no answer came`);
      const failure = readFailure(error);
      const { date } = answeredBy(error);
      const off = date === null ? 0 : clock.learn(date, Date.now() - sentAt);
      if (off !== 0)
        throw new TransferError('clock-skewed', `${DOING}: the clock was off by ${Math.round(off / 1000)} s`);
      const known = identityError(error, failure.name);
      if (known !== null) throw known;
      throw transferError(failure, DOING);
    }
  };
}

/** The credential, which may give no token instead of failing. */
function telling(credential: AzureTokenCredential): AzureTokenCredential {
  return {
    getToken: async (scopes, options) => {
      const token = await credential.getToken(scopes, options);
      if (token !== null) return token;
      throw new TransferError('credentials-missing', `${DOING}: the identity gave no token`);
    },
  };
}

/** The error of an identity that failed, with its own words as the cause; or null for any other. */
function identityError(error: unknown, name: string): TransferError | null {
  if (TransferError.is(error)) return error;
  const code = MISSING.test(name)
    ? 'credentials-missing'
    : name === 'AuthenticationError'
      ? 'credentials-wrong'
      : null;
  if (code === null) return null;
  const words = error instanceof Error ? error.message.slice(0, MAX_WORDS) : name;
  return new TransferError(code, `${DOING}: ${name}`, { cause: new Error(words) });
}
