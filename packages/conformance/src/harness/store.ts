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
  /**
   * Keys of all objects of this bench, and of nothing else; those under `<prefix>/pending/` too, which wait for their
   * commit. The suite tells them apart by their names.
   */
  keys(): Promise<readonly string[]>;
  /** All bytes of an object. */
  bytes(key: string): Promise<Uint8Array>;
  /** The facts kept with an object. */
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

/** A key of something that waits for its commit: the layout of keys, in the folder of what waits. */
const PENDING = /(?:^|\/)pending\/\d+\/\d{4}\/\d\d\/[0-9a-f]{32}\/[^/]+$/;

/** The same store, with its keys told apart: `keys` are those of files, `waiting` those of uploads not yet committed. */
export interface SortedStore extends StoreInspection {
  waiting(): Promise<readonly string[]>;
}

export function sortedStore(store: StoreInspection): SortedStore {
  return {
    keys: async () => (await store.keys()).filter((key) => !PENDING.test(key)),
    waiting: async () => (await store.keys()).filter((key) => PENDING.test(key)),
    bytes: (key) => store.bytes(key),
    facts: (key) => store.facts(key),
    put: (key, bytes) => store.put(key, bytes),
    remove: (key) => store.remove(key),
    unfinished: () => store.unfinished(),
    dropUnfinished: () => store.dropUnfinished(),
  };
}
