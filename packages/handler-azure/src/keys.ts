import { StorageSharedKeyCredential, type UserDelegationKey } from '@azure/storage-blob';
import type { SignerCall } from '@mesibo-files/handler-core';
import { DAY, MINUTE, type StoreClock } from '@mesibo-files/handler-core/provider';
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
    this.#life = Math.min(MAX_TIME_TO_LIVE - BEFORE, timeToLive + DAY);
    this.#margin = Math.min(timeToLive, this.#life - MINUTE) + MINUTE;
  }

  current(call: SignerCall): Promise<UserDelegationKey> {
    const now = this.#clock.now();
    // A time before the key was fetched means that the clock has been put right since.
    if (this.#held !== undefined && now < this.#until - this.#margin && now >= this.#since - BEFORE)
      return this.#held;
    // Whole seconds, as they stand in the signature.
    this.#since = now - (now % 1000);
    this.#until = this.#since + this.#life;
    const fetched = this.#fetch(new Date(this.#since - BEFORE), new Date(this.#until), call);
    this.#held = fetched;
    fetched.catch(() => {
      if (this.#held === fetched) this.#held = undefined;
    });
    return fetched;
  }

  forget(): void {
    this.#held = undefined;
  }
}

/** When what this key signs ends, in milliseconds since 1970. */
export function endOf(key: SigningKey): number {
  return key instanceof StorageSharedKeyCredential ? Number.POSITIVE_INFINITY : key.signedExpiresOn.getTime();
}
