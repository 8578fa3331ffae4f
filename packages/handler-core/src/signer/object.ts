import type { ObjectIntegrity } from './digests.ts';

/** What a store holds under a file URL. */
export interface ObjectFacts {
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
  /** Changes when the bytes change: an ETag or a generation. Null where the store has none, or where it is not known. */
  readonly version: string | null;
  readonly integrity: ObjectIntegrity;
  /** The file's true name, in any script, as the sender had it; null if it was not recorded. Never a path. */
  readonly name: string | null;
}

/** A committed upload. */
export interface StoredObject extends ObjectFacts {
  /** The durable URL that goes into the message. Never signed. */
  readonly url: string;
  /** The object's key in the bucket. */
  readonly key: string;
}
