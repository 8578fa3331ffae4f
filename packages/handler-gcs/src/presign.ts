import { type KeyObject, sign as signBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Bucket, File, Storage } from '@google-cloud/storage';
import { type SignedRequest, TransferError } from '@mesibo-files/handler-core';
import { MINUTE, SECOND, type StoreClock } from '@mesibo-files/handler-core/provider';
import type { Credentials, Identity } from './credentials.ts';
import { WEEK } from './limits.ts';

/** What is to be signed. Every header that is given is signed; any but an `x-goog-*` may be added. */
export interface Presignable {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

const ACTION = { GET: 'read', PUT: 'write', POST: 'resumable' } as const;

/** In a thread of its own, so that a hundred URLs don't hold up everything else. */
const signInThread = promisify<string, Uint8Array, KeyObject, Buffer>(signBytes);

/** Signs URLs (version 4) by the official client. */
export class Presigner {
  readonly #storage: Storage;
  readonly #bucketName: string;
  readonly #clock: StoreClock;
  readonly #timeToLive: number;
  readonly #credentials: Credentials;
  #bucket: Bucket | undefined;

  constructor(
    storage: Storage,
    bucket: string,
    clock: StoreClock,
    timeToLive: number,
    credentials: Credentials,
  ) {
    this.#storage = storage;
    this.#bucketName = bucket;
    this.#clock = clock;
    this.#timeToLive = timeToLive;
    this.#credentials = credentials;
  }

  /** Signs all of these with one look at clock and credentials. */
  async sign(wanted: readonly Presignable[]): Promise<readonly SignedRequest[]> {
    const identity = await this.#credentials.identity();
    const times = this.#times();
    const files = new Map<string, File>();
    return Promise.all(
      wanted.map(async ({ method, key, query, headers }) => {
        const failed: { error?: unknown } = {};
        const file = files.get(key) ?? this.#bucketOf(identity, failed).file(key);
        if (identity.key !== null) files.set(key, file);
        const { seconds, timeToLive, ...when } = times;
        try {
          const [url] = await file.getSignedUrl({
            version: 'v4',
            action: ACTION[method],
            ...when,
            extensionHeaders: { ...headers },
            queryParams: { ...query, 'X-Goog-Expires': String(seconds) },
          });
          return { method, url, headers, timeToLive };
        } catch (error) {
          throw this.#credentials.failure(failed.error ?? error, 'signing', Date.now());
        }
      }),
    );
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
      throw new TransferError('clock-skewed', 'signing: the clock is more than a week fast', {
        retryable: false,
      });
    }
    // The signature's date is in whole seconds.
    const timeToLive = seconds * SECOND - (now % SECOND);
    return { accessibleAt: new Date(now), expires: new Date(expires), seconds, timeToLive };
  }

  /** A bucket whose URLs are signed by the parsed key; or by IAM, whose failure is kept, for the client drops it. */
  #bucketOf({ email, key }: Identity, failed: { error?: unknown }): Bucket {
    if (key === null) {
      return this.#signedBy(email, (text) =>
        this.#credentials.signRemotely(text).catch((error: unknown) => {
          failed.error = error;
          throw error;
        }),
      );
    }
    this.#bucket ??= this.#signedBy(email, async (text) =>
      (await signInThread('RSA-SHA256', Buffer.from(text), key)).toString('base64'),
    );
    return this.#bucket;
  }

  #signedBy(email: string, sign: (text: string) => Promise<string>): Bucket {
    const authClient = { getCredentials: async () => ({ client_email: email }), sign };
    const signing: Storage = Object.create(this.#storage, { authClient: { value: authClient } });
    return signing.bucket(this.#bucketName);
  }
}
