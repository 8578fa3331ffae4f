import type { PartFacts } from '../../signer/signer.ts';
import type { TransferContext } from '../request/context.ts';
import type { Slot } from '../request/pace.ts';
import type { PartReader, ReadPart } from './part-reader.ts';

/**
 * A part on its way, with its memory and its slot. While the transfer is out of its lane it holds neither: the part is
 * read again for the next attempt, where the source can be.
 */
export class PartInFlight {
  readonly facts: PartFacts;
  readonly #context: TransferContext;
  readonly #reader: PartReader;
  readonly #unsubscribe: () => void;
  #loaded: { readonly part: ReadPart; readonly slot: Slot } | null;

  private constructor(context: TransferContext, reader: PartReader, part: ReadPart, slot: Slot) {
    this.facts = part.facts;
    this.#context = context;
    this.#reader = reader;
    this.#loaded = { part, slot };
    this.#unsubscribe = reader.replayable ? context.lane.onRelease(() => this.#drop()) : () => undefined;
  }

  /** Waits for a slot and reads the next part; null when there are no more. */
  static async next(context: TransferContext, reader: PartReader): Promise<PartInFlight | null> {
    const slot = await acquire(context, reader);
    try {
      const part = await reader.next();
      if (part !== null) return new PartInFlight(context, reader, part, slot);
      slot.release();
      return null;
    } catch (error) {
      slot.release();
      throw error;
    }
  }

  /** Its bytes, read again if they were given up. Good until the next rest of the transfer. @throws `file-changed` */
  async bytes(): Promise<Uint8Array> {
    if (this.#loaded === null) {
      const slot = await acquire(this.#context, this.#reader);
      try {
        this.#loaded = { part: await this.#reader.again(this.facts), slot };
      } catch (error) {
        slot.release();
        throw error;
      }
    }
    return this.#loaded.part.bytes;
  }

  /** Gives everything back. */
  release(): void {
    this.#unsubscribe();
    this.#drop();
  }

  #drop(): void {
    if (this.#loaded === null) return;
    const { part, slot } = this.#loaded;
    this.#loaded = null;
    this.#reader.release(part);
    slot.release();
  }
}

function acquire({ pace, ledger, signal }: TransferContext, reader: PartReader): Promise<Slot> {
  return pace.acquire(pace.up, ledger, reader.partMemory, signal);
}
