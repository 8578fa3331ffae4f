import type { StoredObject } from '../signer/object.ts';
import type { Ticket } from '../signer/plan.ts';
import type { PartFacts } from '../signer/signer.ts';

/** One who waits for an upload, as the journal knows them. */
export interface JournalWaiter {
  /** Names the upload as its caller asked for it: store, source, uid, message, picture and path. */
  readonly key: string;
  /**
   * Whether this waiter is answered from the journal once the upload is committed: a message is, for its app may have
   * died before it was told. What has no message (a profile's picture) is not.
   */
  readonly remembered: boolean;
}

interface RecordFacts {
  /** The random id of the transfer, which the store keeps with the object. Every upload that was begun has its own. */
  readonly transferId: string;
  /** Which store the upload goes to, as its signer names it: a ticket is never shown to another. */
  readonly store: string;
  /** All who wait for this upload, joined ones too. Nobody: no start continues it, and it is to be cleaned up. */
  readonly waiters: readonly JournalWaiter[];
  /** The source's fingerprint when the upload began; empty for a stream, which nobody can continue. */
  readonly fingerprint: string;
  /**
   * Parts, or stretches of a session, that were sent or were about to be: noted before their first byte leaves, so that
   * whatever the store lists can be compared. No digests: different bytes were noted for one part, so none is believed.
   */
  readonly slices: readonly PartFacts[];
  /** When it was last heard of, in milliseconds since 1970, by the device's clock. */
  readonly updatedAt: number;
}

/** How far an upload got. */
export type JournalState =
  /** `begin` was or is asked for, and its answer is not known: the store may hold an upload with no ticket here. */
  | { readonly state: 'asked' }
  /** Begun. `committing`: a commit was asked for, so the object may be there although no answer arrived. */
  | { readonly state: 'open'; readonly ticket: Ticket; readonly committing: boolean }
  /** Committed; a start by one of the waiters is answered from here. */
  | { readonly state: 'stored'; readonly object: StoredObject }
  /** Given up: its clean-up at the store has not been confirmed yet. Kept until it is. */
  | { readonly state: 'given-up'; readonly ticket: Ticket; readonly committing: boolean };

/** What survives a stop, and a crash, of one upload. It may hold a ticket, so it is as secret as one. */
export type JournalRecord = RecordFacts & JournalState;

/**
 * Keeps {@link JournalRecord}s: in memory, or on a disk that survives a crash. Only records that this process may act
 * on are shown: those it made, and those of processes that are dead; and {@link Journal.get} answers from any process's
 * record that an upload is stored.
 *
 * A promise resolves when a crash of the process loses nothing of what was written; a loss of power may cost the last
 * second, but not that an upload is stored. Every method may reject with `disk-full` or `file-io`: the engine then goes on,
 * and tells its observer.
 */
export interface Journal {
  /** The record that has a waiter with this key; the one last heard of, where there are several. */
  get(key: string): Promise<JournalRecord | null>;
  /**
   * Reads and replaces a record in one step: no other change comes in between. `change` is called once, at once, with
   * null where there is no record; answering null deletes. Answers what `change` did.
   *
   * Slices that `change` hands back as they were (the same array) need not be written again.
   */
  change(
    transferId: string,
    change: (record: JournalRecord | null) => JournalRecord | null,
  ): Promise<JournalRecord | null>;
  /** Adds a slice, in the place of one with the same number. Nothing happens where there is no such record. */
  note(transferId: string, slice: PartFacts, at: number): Promise<void>;
  /** Every record, for sweeping. */
  list(): Promise<readonly JournalRecord[]>;
}
