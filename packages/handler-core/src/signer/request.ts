import type { Digests } from '../digest/hash.ts';

/**
 * A request that the store accepts as it stands: nothing of it may be changed, left out or added, except the headers
 * that the engine owns (a chunk's Content-Range, a download's Range). It is a bearer credential: never log it.
 */
export interface SignedRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** Every header to send, names in lower case. `content-length` may be among them and is then exact. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long the request may be used, in milliseconds from the moment the signer's answer arrives. */
  readonly timeToLive: number;
}

/** A signed request for one part. */
export interface SignedPart {
  /** Number of the part, from 1. */
  readonly number: number;
  readonly request: SignedRequest;
}

/** What must be known of a part before it can be signed. */
export interface WantedPart {
  /** Number of the part, from 1; always 1 for a single request and for a session. */
  readonly number: number;
  /** Bytes of this part; for a session the bytes of the whole file, or null while unknown. */
  readonly size: number | null;
  /** The digests that {@link Integrity.parts} asks for. */
  readonly digests: Digests;
}
