import type { IncomingMessage } from 'node:http';
import type { BlobStore } from '../s3/store/blob-store.ts';
import type { AccessTokens } from './auth/access-tokens.ts';
import type { ServiceAccount } from './auth/service-account.ts';
import type { Sessions } from './session/sessions.ts';
import type { Buckets } from './store/buckets.ts';
import type { GcsObject } from './store/types.ts';

/** A request as it was received. */
export interface GcsRequest {
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly rawPath: string;
  /** Decoded names and values, in the order sent. */
  readonly query: ReadonlyArray<readonly [name: string, value: string]>;
  /** By lower-case name; repeated ones joined by a comma. Each character stands for one byte as sent. */
  readonly headers: ReadonlyMap<string, string>;
  /** Scheme and host as the client wrote them: `http://127.0.0.1:4443`. */
  readonly baseUrl: string;
  /** Bucket in the host, as `bucket.localhost`. */
  readonly hostBucket: string | undefined;
  readonly message: IncomingMessage;
  /** Tells a client that waits for "100 Continue" to go on. */
  readonly continueBody: () => void;
}

/** Part of an object to send as a body; `last` is inclusive. */
interface ObjectSlice {
  readonly object: GcsObject;
  readonly first: number;
  readonly last: number;
}

/** Response headers by lower-case name; a list is sent as several headers. */
export type GcsHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What is answered. */
export interface GcsResponse {
  readonly status: number;
  readonly headers?: GcsHeaders;
  readonly body?: string | ObjectSlice;
}

/** What all requests of one server share. */
export interface GcsState {
  readonly now: () => number;
  readonly account: ServiceAccount;
  readonly tokens: AccessTokens;
  readonly buckets: Buckets;
  readonly sessions: Sessions;
  readonly blobs: BlobStore;
  /** A number above all it gave before; generations are such numbers. */
  readonly nextGeneration: () => number;
  /** Least size of a part that isn't the last, in bytes. */
  readonly minimumPartBytes: number;
}

/** One of the APIs behind the endpoint; never rejects for a fault of the request. */
export type GcsSurface = (state: GcsState, request: GcsRequest) => Promise<GcsResponse>;
