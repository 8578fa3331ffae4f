import type { IncomingMessage } from 'node:http';
import type { BlobStore } from './store/blob-store.ts';
import type { Buckets } from './store/buckets.ts';
import type { StoredObject } from './store/types.ts';

/** A request as it was received, with bucket and key told apart. */
export interface S3Request {
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly rawPath: string;
  /** Decoded names and values, in the order sent. */
  readonly query: ReadonlyArray<readonly [name: string, value: string]>;
  /** By lower-case name; repeated ones joined by a comma. Each character stands for one byte as sent. */
  readonly headers: ReadonlyMap<string, string>;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly message: IncomingMessage;
  /** Tells a client that waits for "100 Continue" to go on. */
  readonly continueBody: () => void;
}

/** Part of an object to send as a body; `last` is inclusive. */
interface ObjectSlice {
  readonly object: StoredObject;
  readonly first: number;
  readonly last: number;
}

/** What an operation answers. */
export interface S3Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | ObjectSlice;
}

/** Keys that may sign requests. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Temporary credentials: the token every request must carry. */
  readonly sessionToken?: string;
  /** Temporary credentials: when they end, in epoch ms. */
  readonly expiresAt?: number;
}

/** What all operations of one server share. */
export interface S3State {
  readonly region: string;
  readonly now: () => number;
  readonly credentials: ReadonlyMap<string, S3Credentials>;
  readonly buckets: Buckets;
  readonly blobs: BlobStore;
  /** Least size of a part that isn't the last, in bytes. */
  readonly minimumPartBytes: number;
}

/** Who signed the request, and what the signature says of its body. */
export interface Authentication {
  /** `undefined` for an anonymous request. */
  readonly accessKeyId: string | undefined;
  /** `x-amz-content-sha256`, or UNSIGNED-PAYLOAD. */
  readonly payloadHash: string;
}

/** One call of an operation. */
export interface S3Call {
  readonly state: S3State;
  readonly request: S3Request;
  readonly authentication: Authentication;
}

/** An operation of the S3 API. */
export type S3Operation = (call: S3Call) => Promise<S3Response> | S3Response;
