import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { TransferError } from '@mesibo-files/handler-core';
import { SECOND, type SignedRequest, type StoreClock } from '@mesibo-files/handler-core/provider';
import { readFailure, transferError } from '../format/codes.ts';
import { type BucketLocation, escapeKey, escapeUri } from '../format/urls.ts';
import type { BucketHome } from '../store/home.ts';

type PresignedRequest = Awaited<ReturnType<S3RequestPresigner['presign']>>;

/** What is to be signed. Every header that is given is signed, and none may be added. */
export interface Presignable {
  readonly method: 'GET' | 'PUT';
  readonly key: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Signs URLs with one reused presigner: six times as many a second as `getSignedUrl`. */
export class Presigner {
  readonly #home: BucketHome;
  readonly #clock: StoreClock;
  readonly #timeToLive: number;
  #presigner: { readonly of: BucketLocation; readonly signs: S3RequestPresigner } | undefined;

  constructor(home: BucketHome, clock: StoreClock, timeToLive: number) {
    this.#home = home;
    this.#clock = clock;
    this.#timeToLive = timeToLive;
  }

  /** Signs all of these with one look at clock and credentials. */
  async sign(wanted: readonly Presignable[]): Promise<readonly SignedRequest[]> {
    try {
      const location = await this.#home.location();
      const { expiration } = await this.#home.credentials.current();
      const now = this.#clock.now();
      const left = expiration === undefined ? this.#timeToLive : expiration.getTime() - now;
      // Credentials that seem to be over were just refreshed, so it is the clock that is wrong: the store will tell.
      const seconds = Math.floor(
        (left < SECOND ? this.#timeToLive : Math.min(left, this.#timeToLive)) / SECOND,
      );
      const presigner = this.#presignerOf(location);
      // The signature's date is in whole seconds.
      const timeToLive = seconds * SECOND - (now % SECOND);
      const signed: SignedRequest[] = [];
      for (const one of wanted)
        signed.push(await presign(presigner, location, one, now, seconds, timeToLive));
      return signed;
    } catch (error) {
      throw TransferError.is(error) ? error : transferError(readFailure(error), 'signing');
    }
  }

  #presignerOf(location: BucketLocation): S3RequestPresigner {
    if (this.#presigner?.of !== location) {
      const signs = new S3RequestPresigner({
        region: location.region,
        credentials: () => this.#home.credentials.current(),
        sha256: this.#home.client.config.sha256,
      });
      this.#presigner = { of: location, signs };
    }
    return this.#presigner.signs;
  }
}

async function presign(
  presigner: S3RequestPresigner,
  location: BucketLocation,
  one: Presignable,
  now: number,
  seconds: number,
  timeToLive: number,
): Promise<SignedRequest> {
  const names = new Set(Object.keys(one.headers));
  const request = await presigner.presign(
    {
      method: one.method,
      protocol: location.protocol,
      hostname: location.hostname,
      ...(location.port === undefined ? {} : { port: location.port }),
      // The presigner signs the path as it stands.
      path: `${location.path}/${escapeKey(one.key)}`,
      query: { ...one.query },
      headers: { ...one.headers },
    },
    // Some stores drop metadata that stands in the query, so nothing is moved there; and content-type and
    // cache-control would stay unsigned unless they are asked for.
    {
      signingDate: new Date(now),
      expiresIn: seconds,
      signableHeaders: names,
      unhoistableHeaders: new Set(names),
    },
  );
  return { method: one.method, url: urlOf(request), headers: one.headers, timeToLive };
}

function urlOf({ protocol, hostname, port, path, query = {} }: PresignedRequest): string {
  const pairs: string[] = [];
  for (const name in query) pairs.push(`${escapeUri(name)}=${escapeUri(String(query[name]))}`);
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}?${pairs.join('&')}`;
}
