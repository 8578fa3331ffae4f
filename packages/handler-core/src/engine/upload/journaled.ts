import type { JournalRecord } from '../../ports/journal.ts';
import type { Ports } from '../../ports/ports.ts';
import type { StoredObject } from '../../signer/object.ts';
import type { PartFacts } from '../../signer/signer.ts';
import type { NewRecord, SliceLog } from './job.ts';

/** The journal's record of one upload, kept current. With a null record nothing is written. */
export class JournaledUpload implements SliceLog {
  readonly known: ReadonlyMap<number, PartFacts>;
  readonly #ports: Ports;
  #record: JournalRecord | null;

  constructor(ports: Ports, record: JournalRecord | null) {
    this.#ports = ports;
    this.#record = record;
    this.known = new Map(record?.slices.map((slice) => [slice.number, slice]));
  }

  /** Starts a record. It is written before the first byte is sent, or a crash would leave parts nobody knows of. */
  static async begin(ports: Ports, start: NewRecord | null): Promise<JournaledUpload> {
    if (start === null) return new JournaledUpload(ports, null);
    const record = { ...start, slices: [], object: null, updatedAt: ports.clock.now() };
    await ports.journal.put(record);
    return new JournaledUpload(ports, record);
  }

  async add(slice: PartFacts): Promise<void> {
    if (this.#record === null) return;
    const others = this.#record.slices.filter((known) => known.number !== slice.number);
    await this.#put({ ...this.#record, slices: [...others, slice] });
  }

  /**
   * The upload is committed. From now on a new start for the same message is answered from here, for its app may have
   * died before it was told; an upload with no message (`mid` 0) is forgotten.
   */
  async stored(object: StoredObject, mid: bigint): Promise<void> {
    if (mid === 0n) return this.forget();
    if (this.#record !== null) await this.#put({ ...this.#record, slices: [], object });
  }

  async forget(): Promise<void> {
    if (this.#record !== null) await this.#ports.journal.delete(this.#record.key);
    this.#record = null;
  }

  async #put(record: JournalRecord): Promise<void> {
    this.#record = { ...record, updatedAt: this.#ports.clock.now() };
    await this.#ports.journal.put(this.#record);
  }
}
