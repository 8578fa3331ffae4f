import type { DigestAlgorithm } from '../digest/hash.ts';

/**
 * A header whose value is written from a template. Placeholders: `{first}` and `{last}` (offsets of the chunk's first
 * and last byte), `{next}` (offset after the chunk), `{size}` (bytes of the chunk), `{total}` (bytes of the file, or
 * `*` while unknown) and the name of any digest of the whole file, as in `{crc32c}`.
 */
export interface HeaderTemplate {
  readonly name: string;
  readonly value: string;
}

/** How a session store speaks of offsets: enough for Content-Range sessions (308) and for Upload-Offset ones (tus-like). */
export interface SessionDialect {
  /** Every chunk but the last is a multiple of this many bytes; 1 where the store does not mind. */
  readonly chunkMultiple: number;
  /** Headers of a chunk that has bytes. */
  readonly chunk: readonly HeaderTemplate[];
  /** Headers of the request that ends a session with no bytes left to send (an empty file, a length known only now). */
  readonly finish: readonly HeaderTemplate[];
  /** Further headers of the last chunk, among them the digest of the whole file where the store takes it there. */
  readonly last: readonly HeaderTemplate[];
  /** The digests that {@link last} uses, known when the last chunk is sent. */
  readonly lastDigests: readonly DigestAlgorithm[];
  /** The request, with no body, that asks what the session holds. Its method is not the signed one, so a session's URL must be good for both. */
  readonly ask: { readonly method: 'PUT' | 'HEAD' | 'POST'; readonly headers: readonly HeaderTemplate[] };
  /** How an answer states what is held. */
  readonly offset: {
    readonly header: string;
    /** What stands before the number, as in `bytes=0-`; empty where the header is the number. */
    readonly prefix: string;
    /** Whether the number is the offset of the last byte held, or of the next one wanted. */
    readonly counts: 'last' | 'next';
    /** The offset that a `more` without the header means. */
    readonly absent: number;
  };
}
