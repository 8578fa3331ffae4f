import type { StoredObject } from '../signer/object.ts';
import type { Ticket } from '../signer/plan.ts';
import type { PartFacts } from '../signer/signer.ts';

/** What survives a crash of one upload. It holds a ticket, so it is as secret as one. */
export interface JournalRecord {
  /** Which upload: source, uid, message, picture and path, hashed. */
  readonly key: string;
  /** The source's fingerprint when the upload began. */
  readonly fingerprint: string;
  readonly ticket: Ticket;
  readonly transferId: string;
  /** Parts, or stretches of a session, that the store has acknowledged. */
  readonly slices: readonly PartFacts[];
  /** Set once committed; then a new start is answered from here. */
  readonly object: StoredObject | null;
  /** Milliseconds since 1970, device clock. */
  readonly updatedAt: number;
}

/** Keeps {@link JournalRecord}s: in memory, or in a file that survives a crash. */
export interface Journal {
  get(key: string): Promise<JournalRecord | null>;
  put(record: JournalRecord): Promise<void>;
  delete(key: string): Promise<void>;
  /** Every record, for sweeping. */
  list(): Promise<readonly JournalRecord[]>;
}
