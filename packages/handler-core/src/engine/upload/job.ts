import type { Source } from '../../ports/files.ts';
import type { JournalRecord } from '../../ports/journal.ts';
import type { FileFacts, PartFacts, Signer } from '../../signer/signer.ts';

/** One upload: what goes where. */
export interface UploadJob {
  readonly signer: Signer;
  readonly source: Source;
  /** What is told to the signer; digests and size follow. */
  readonly facts: Omit<FileFacts, 'size' | 'maxSize' | 'digests' | 'transferId'>;
  /** Key of the journal's record; null: nothing is to be remembered (a stream). */
  readonly journalKey: string | null;
  /** Told when an earlier attempt is continued, with the bytes that the store holds already. */
  readonly onResumed: (bytes: number) => void;
}

/** Keeps what the store acknowledged, in the journal. */
export interface SliceLog {
  /** What earlier attempts noted. */
  readonly known: ReadonlyMap<number, PartFacts>;
  add(slice: PartFacts): Promise<void>;
}

/** Makes a record without slices. */
export type NewRecord = Omit<JournalRecord, 'slices' | 'object' | 'updatedAt'>;
