import type { JournalWaiter } from '../../ports/journal.ts';
import type { Source } from '../../ports/ports.ts';
import type { FileFacts, PartFacts, Signer } from '../../signer/signer.ts';

/** One upload: what goes where. */
export interface UploadJob {
  readonly signer: Signer;
  /** Names the signer's store in the journal. */
  readonly store: string;
  readonly source: Source;
  /** The source itself, where {@link source} serves its beginning from memory. Default: {@link source}. */
  readonly again?: Source;
  /** The facts that the signer is told; digests and size follow. */
  readonly facts: Omit<FileFacts, 'size' | 'maxSize' | 'digests' | 'transferId'>;
  /** The waiters, for the journal. None: no later start continues this upload (a stream). */
  readonly waiters: UploadWaiters;
  /** Told when an earlier attempt is continued, with the bytes that the store holds already. */
  readonly onResumed: (bytes: number) => void;
}

/** The transfers that wait for one upload. The upload's record in the journal follows them. */
export class UploadWaiters {
  readonly #waiters = new Map<string, JournalWaiter>();
  #follower: ((waiter: JournalWaiter) => void) | null = null;

  constructor(first: readonly JournalWaiter[] = []) {
    for (const waiter of first) this.#waiters.set(waiter.key, waiter);
  }

  list(): readonly JournalWaiter[] {
    return [...this.#waiters.values()];
  }

  /** One more joined the upload. One who stops is not taken out: a later start may want to go on. */
  add(waiter: JournalWaiter): void {
    this.#waiters.set(waiter.key, waiter);
    this.#follower?.(waiter);
  }

  /** One gave the upload up for good: `leave` takes it out of the record. */
  remove(key: string): void {
    this.#waiters.delete(key);
  }

  /** Tells the record of whoever comes from now on. */
  followedBy(follower: (waiter: JournalWaiter) => void): void {
    this.#follower = follower;
  }
}

/** Keeps what is sent, in the journal. */
export interface SliceLog {
  /** What earlier attempts noted. */
  readonly known: ReadonlyMap<number, PartFacts>;
  /** Notes a slice before its first byte leaves. */
  add(slice: PartFacts): Promise<void>;
}
