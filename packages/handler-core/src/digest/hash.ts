/** Checksums and hashes that a store can ask for or state. */
export type DigestAlgorithm = 'crc32' | 'crc32c' | 'crc64nvme' | 'md5' | 'sha256';

/** Digests by algorithm, each the base64 of its bytes, most significant first, as stores write them in headers. */
export type Digests = Readonly<Partial<Record<DigestAlgorithm, string>>>;

/** A digest being worked out. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** The digest's bytes, most significant first. Ends the hasher. */
  digest(): Uint8Array;
}

/** Makes hashers; undefined for an algorithm this platform was not given. */
export interface HashPort {
  create(algorithm: DigestAlgorithm): Hasher | undefined;
  /**
   * Works out the digest of a whole buffer away from the thread that sends, where the platform can and it pays. The
   * memory travels: `bytes` must be alone in its ArrayBuffer and is not to be touched any more; the answer brings the same
   * bytes back. Undefined: not for this algorithm or so few bytes.
   */
  apart?(algorithm: DigestAlgorithm, bytes: Uint8Array): Promise<HashedApart> | undefined;
}

/** What {@link HashPort.apart} answers. */
export interface HashedApart {
  /** As {@link Hasher.digest} gives it. */
  readonly digest: Uint8Array;
  /** The bytes, in their memory. */
  readonly bytes: Uint8Array;
}
