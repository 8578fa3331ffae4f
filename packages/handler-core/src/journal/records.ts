import type { JournalRecord } from '../ports/journal.ts';
import type { PartFacts } from '../signer/signer.ts';

/** How many finished uploads the journal remembers. It remembers every unfinished one. */
const FINISHED_MOST = 1000;

interface RecordEntry {
  record: JournalRecord;
  /** The record's slices by number, made when the first is noted: a list would be copied for every note. */
  slices: Map<number, PartFacts> | null;
}

/** The records of a journal in memory: what a journal answers from, wherever it writes. */
export class JournalRecords {
  readonly #entries = new Map<string, RecordEntry>();
  /** Transfer id by waiter. */
  readonly #waiting = new Map<string, string>();
  readonly #finished = new Set<string>();

  get(transferId: string): JournalRecord | null {
    const entry = this.#entries.get(transferId);
    if (entry === undefined) return null;
    if (entry.slices !== null) {
      entry.record = { ...entry.record, slices: [...entry.slices.values()] };
      entry.slices = null;
    }
    return entry.record;
  }

  waitedFor(key: string): JournalRecord | null {
    const transferId = this.#waiting.get(key);
    return transferId === undefined ? null : this.get(transferId);
  }

  /** Replaces a record. Answers the ids of those that had to make room: the oldest of too many that are finished. */
  set(record: JournalRecord): readonly string[] {
    this.delete(record.transferId);
    this.#entries.set(record.transferId, { record, slices: null });
    for (const { key } of record.waiters) {
      const other = this.#entries.get(this.#waiting.get(key) ?? '');
      if (other === undefined || other.record.updatedAt <= record.updatedAt) {
        this.#waiting.set(key, record.transferId);
      }
    }
    if (record.state !== 'stored') return [];
    this.#finished.add(record.transferId);
    if (this.#finished.size <= FINISHED_MOST) return [];
    const surplus = [...this.#finished].slice(0, this.#finished.size - FINISHED_MOST);
    for (const transferId of surplus) this.delete(transferId);
    return surplus;
  }

  /** Adds a slice. False: there is no such record, or it knows this slice already. */
  note(transferId: string, slice: PartFacts, at: number): boolean {
    const entry = this.#entries.get(transferId);
    if (entry === undefined) return false;
    entry.slices ??= new Map(entry.record.slices.map((known) => [known.number, known]));
    entry.slices.set(slice.number, slice);
    entry.record = { ...entry.record, updatedAt: Math.max(at, entry.record.updatedAt) };
    return true;
  }

  delete(transferId: string): boolean {
    const entry = this.#entries.get(transferId);
    if (entry === undefined) return false;
    for (const { key } of entry.record.waiters) {
      if (this.#waiting.get(key) === transferId) this.#waiting.delete(key);
    }
    this.#finished.delete(transferId);
    return this.#entries.delete(transferId);
  }

  list(): readonly JournalRecord[] {
    return [...this.#entries.keys()].map((id) => this.get(id)).filter((record) => record !== null);
  }
}
