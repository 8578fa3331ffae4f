import type { DigestAlgorithm } from '../signer/digests.ts';

/** A digest being worked out. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** The digest's bytes, most significant first. Ends the hasher. */
  digest(): Uint8Array;
}

/** Makes hashers; undefined for an algorithm this platform was not given. */
export interface HashPort {
  create(algorithm: DigestAlgorithm): Hasher | undefined;
}
