import type { ObjectIntegrity } from './digests.ts';

/** The owner of a file: kept with the object, so that a stateless server can decide who may have it. */
export interface ObjectSender {
  /** mesibo's id of the user who uploaded it; 0 where it was not known. */
  readonly uid: number;
  /** Id of the message, in decimal; `0` for a profile picture. */
  readonly mid: string;
  /** One of `FILESOURCE`. */
  readonly source: number;
  /** The file is protected: nobody may have it without a token. */
  readonly secure: boolean;
}

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
  /** Whose it is; absent for an object that was not stored through a signer, or whose signer was not asked. */
  readonly sender?: ObjectSender;
}

/** A committed upload. */
export interface StoredObject extends ObjectFacts {
  /** The durable URL that goes into the message. Never signed. */
  readonly url: string;
  /** The object's key in the bucket. */
  readonly key: string;
}
