import { StorageSharedKeyCredential, type UserDelegationKey } from '@azure/storage-blob';
import { DAY, MINUTE, type SignerCall, type StoreClock } from '@mesibo-files/handler-core/provider';
import { MAX_TIME_TO_LIVE } from './limits.ts';

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
export type FetchKey = (startsOn: Date, expiresOn: Date, call: SignerCall) => Promise<UserDelegationKey>;

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
