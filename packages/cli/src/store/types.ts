import type { Signer } from '@mesibo-files/handler-core';

/** A store that is open: its signer, and what has to end with it. */
export interface OpenStore {
  readonly signer: Signer;
  /** For people, as in `s3 bucket acme`. */
  readonly title: string;
  /** Removes what the signer does not list: of the disk, what crashes left. In milliseconds; answers how many. */
  readonly sweep?: (olderThan: number) => Promise<number>;
  /** Ends what runs for it. */
  readonly close: () => Promise<void>;
}
