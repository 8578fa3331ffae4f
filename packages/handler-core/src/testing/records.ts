import type { DigestAlgorithm, ObjectIntegrity } from '../signer/digests.ts';
import type { Pieces } from './pieces.ts';

/** What is said of an object when it is made, and kept with it. */
export interface ObjectHead {
  readonly contentType: string;
  readonly disposition: string | null;
  /** Metadata of the user: names in lower case. */
  readonly meta: Readonly<Record<string, string>>;
}

/** An object in the memory store. */
export interface ObjectRecord extends ObjectHead {
  readonly key: string;
  readonly bytes: Pieces;
  /** An ETag with its quotes; never given twice. */
  readonly version: string;
  readonly integrity: ObjectIntegrity;
  /** Milliseconds since 1970, by the store's clock. */
  readonly createdAt: number;
}

interface UploadRecord {
  readonly id: string;
  readonly key: string;
  readonly head: ObjectHead;
  /** Digest that the store works out of what arrives. */
  readonly algorithm: DigestAlgorithm | null;
  /** Milliseconds since 1970, by the store's clock. */
  readonly begunAt: number;
  /** When it last took a part or a chunk. */
  heardAt: number;
  /** When the store forgets it. */
  readonly lapsesAt: number;
  /** Kept for whoever begun it: the signer keeps its ticket here, to list what is unfinished. */
  readonly label: string;
}

interface StoredPart {
  readonly bytes: Uint8Array;
  /** In base64, where the upload has an algorithm. */
  readonly digest: string | null;
}

/** An upload in parts that was begun and neither completed nor aborted. */
export interface PartsRecord extends UploadRecord {
  readonly kind: 'parts';
  readonly partSize: number;
  readonly parts: Map<number, StoredPart>;
}

/** A session that was begun and neither sealed nor aborted. Its object may be there already. */
export interface SessionRecord extends UploadRecord {
  readonly kind: 'session';
  /** Bytes of the file, or null while unknown. */
  readonly size: number | null;
  readonly maxSize: number;
  readonly chunkMultiple: number;
  chunks: Uint8Array[];
  /** Bytes held. */
  held: number;
  complete: boolean;
}
