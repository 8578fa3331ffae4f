import type { Bucket, File, Storage } from '@google-cloud/storage';
import { TransferError } from '@mesibo-files/handler-core';
import { MINUTE, SECOND, type SignedRequest, type StoreClock } from '@mesibo-files/handler-core/provider';
import { WEEK } from '../options.ts';
import { type Credentials, findIdentity, type Identity } from './credentials.ts';

/** What is to be signed. Every header that is given is signed; of others, no `x-goog-*` may be added. */
export interface Presignable {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

const ACTION = { GET: 'read', PUT: 'write', POST: 'resumable' } as const;

/** Signs URLs (version 4) by the official client. */
export class Presigner {
  readonly #storage: Storage;
  readonly #bucket: string;
  readonly #clock: StoreClock;
  readonly #timeToLive: number;
  readonly #credentials: Credentials;
  #identity: Promise<Identity> | undefined;

  constructor(
    storage: Storage,
    bucket: string,
    clock: StoreClock,
    timeToLive: number,
    credentials: Credentials,
  ) {
    this.#storage = storage;
    this.#bucket = bucket;
    this.#clock = clock;
    this.#timeToLive = timeToLive;
    this.#credentials = credentials;
  }

  /** Signs all of these with one look at clock and credentials. */
  async sign(wanted: readonly Presignable[]): Promise<readonly SignedRequest[]> {
    const identity = await this.#find();
    const { seconds, timeToLive, ...times } = this.#times();
    const failed: { error?: unknown } = {};
    const bucket = this.#bucketSignedBy(identity, failed);
    const files = new Map<string, File>();
    try {
      return await Promise.all(
        wanted.map(async ({ method, key, query, headers }) => {
          const file = files.get(key) ?? bucket.file(key);
          files.set(key, file);
          const [url] = await file.getSignedUrl({
            version: 'v4',
            action: ACTION[method],
            ...times,
            extensionHeaders: { ...headers },
            queryParams: { ...query, 'X-Goog-Expires': String(seconds) },
          });
          return { method, url, headers, timeToLive };
        }),
      );
    } catch (error) {
      throw this.#credentials.failure(failed.error ?? error, 'signing', Date.now());
    }
  }

  #find(): Promise<Identity> {
    this.#identity ??= findIdentity(this.#credentials).catch((error: unknown) => {
      this.#identity = undefined;
      throw error;
    });
    return this.#identity;
  }

  /**
   * The client signs by the date it is given, but refuses an end that is over by the system's clock. So a later end
   * is given where that clock is fast, and the life of the URL stated as a parameter, which goes before.
   */
  #times(): { accessibleAt: Date; expires: Date; seconds: number; timeToLive: number } {
    const now = this.#clock.now();
    const seconds = Math.floor(this.#timeToLive / SECOND);
    const expires = Math.max(now + seconds * SECOND, Date.now() + MINUTE);
    if (expires - now > WEEK) {
      const message = 'signing: the clock is more than a week fast, and the client signs nothing then';
      throw new TransferError('clock-skewed', message, { retryable: false });
    }
    // The signature's date is in whole seconds.
    const timeToLive = seconds * SECOND - (now % SECOND);
    return { accessibleAt: new Date(now), expires: new Date(expires), seconds, timeToLive };
  }

  /** The bucket as the client sees it, but signed for by us; the client drops all but the text of a failure. */
  #bucketSignedBy({ email, sign }: Identity, failed: { error?: unknown }): Bucket {
    const authClient = {
      getCredentials: async () => ({ client_email: email }),
      sign: (text: string) =>
        sign(text).catch((error: unknown) => {
          failed.error = error;
          throw error;
        }),
    };
    const signing: Storage = Object.create(this.#storage, { authClient: { value: authClient } });
    return signing.bucket(this.#bucket);
  }
}
