/** What a store's own SDK says of an object: the suite's second opinion, so never read through the signer under test. */
export interface StoredFacts {
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
  /** The Content-Disposition kept with the object; null when there is none. */
  readonly contentDisposition: string | null;
  /** The metadata kept with the object, names in lower case without the provider's prefix. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Looks into the store beside the signer, through the provider's official SDK where there is one. */
export interface StoreInspection {
  /** Keys of the objects that can be read now; those of this bench alone. */
  keys(): Promise<readonly string[]>;
  /** All bytes of an object. */
  bytes(key: string): Promise<Uint8Array>;
  /** What is kept with an object. */
  facts(key: string): Promise<StoredFacts>;
  /** Puts a stranger's object under a key, or overwrites what is there. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Deletes an object behind the signer's back. */
  remove(key: string): Promise<void>;
  /** How many uploads are begun and neither ended nor given up, as the store counts them; 0 where it can't say. */
  unfinished(): Promise<number>;
  /** Drops every unfinished upload behind the signer's back, as a lifecycle rule would. */
  dropUnfinished(): Promise<void>;
}
