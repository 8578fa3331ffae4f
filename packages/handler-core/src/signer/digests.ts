import type { DigestAlgorithm, Digests } from '../digest/hash.ts';

/** Which digests the engine works out, and what the commit can prove with them. */
export interface Integrity {
  /**
   * Digests that every part has in the manifest. `sign` needs those that its request is bound to; a signer may ask for
   * another one, by which the commit finds the part.
   */
  readonly parts: readonly DigestAlgorithm[];
  /** Digests of the whole file that the commit (or the last chunk of a session) needs. */
  readonly whole: readonly DigestAlgorithm[];
  /**
   * What `stored` proves. `store`: the store itself compared the digest of every byte. `parts`: the commit compared the
   * parts' digests with the store's list. `length`: nothing but sizes could be compared.
   */
  readonly proof: 'store' | 'parts' | 'length';
}

/**
 * How the bytes of a stored object can be verified after a download.
 * `whole`: digests of all its bytes; more than one may be given, any one suffices.
 * `pieces`: the object was hashed in pieces of `pieceSize` (the last may be shorter), and `combined` is the digest of
 * the concatenated piece digests.
 * `none`: only the size is known.
 */
export type ObjectIntegrity =
  | { readonly kind: 'whole'; readonly digests: Digests }
  | {
      readonly kind: 'pieces';
      readonly algorithm: DigestAlgorithm;
      readonly pieceSize: number;
      readonly combined: string;
    }
  | { readonly kind: 'none' };
