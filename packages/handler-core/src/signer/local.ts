import type { Source } from '../ports/ports.ts';
import type { Ticket } from './plan.ts';
import type { BeginCall, Commit, CommitCall, FileFacts, Manifest, SignerCall } from './signer.ts';

/**
 * A store in this very process, as a disk is: bytes need no signed request to get there and back. Only for whoever is
 * trusted with them already, as a file server is with the form that it reads. All rules of the signer hold.
 */
export interface LocalStore {
  /**
   * Begins an upload and takes all its bytes in, to the end of the source: hashed, written and flushed. Nobody can read
   * them before the commit, whatever `staging` says.
   * @param file - `size` null where only the end of the source tells it; it may then have no more than `maxSize` bytes
   * @throws `file-too-large`, `size-mismatch`, `quota-exceeded`, …; what the source failed with. Nothing stays then
   */
  receive(file: FileFacts, source: Pick<Source, 'read'>, call: BeginCall): Promise<LocalUpload>;
  /**
   * Hands over the bytes of an object, chunk by chunk, in order. A chunk is valid only until the promise of the sink
   * resolves.
   * @param part - which version of which object, and its bytes from `first` to before `end`
   * @throws `object-not-found`, `object-changed` before the first chunk; what the sink failed with
   */
  send(part: LocalPart, sink: (chunk: Uint8Array) => void | Promise<void>, call: SignerCall): Promise<void>;
}

/** Bytes of one version of an object. */
export interface LocalPart {
  /** The object's file URL. */
  readonly url: string;
  /** As {@link Signer.read} told it; null for any. */
  readonly version: string | null;
  readonly first: number;
  /** Offset behind the last byte. */
  readonly end: number;
}

/** An upload whose bytes are all in the store, and which waits for its commit. */
export interface LocalUpload {
  /** With which any replica goes on; unless `staging` is `none`, for then it ends with this object. */
  readonly ticket: Ticket;
  /** What a commit by the ticket states. */
  readonly manifest: Manifest;
  /** As {@link Signer.commit} with this ticket and manifest. */
  commit(call: CommitCall): Promise<Commit>;
  /** As {@link Signer.discard}. Never touches what was committed. */
  discard(call: SignerCall): Promise<void>;
}
