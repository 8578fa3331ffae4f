import type { Source, SourceFacts, Unchanged } from '../../ports/ports.ts';
import type { TransferContext } from '../request/context.ts';

/** A source whose beginning was read already, and is served from memory. */
export interface HeadedSource {
  readonly source: Source;
  readonly head: Uint8Array;
  /** Whether the head is all there is. */
  readonly whole: boolean;
}

/**
 * Reads the first bytes of a source before its upload begins: a small file's digests can then go along with begin,
 * and a stream that ends within them has a known length.
 */
export async function readHead(
  context: TransferContext,
  source: Source,
  bytes: number,
): Promise<HeadedSource> {
  const known = source.facts.size;
  const room = new Uint8Array(known === null ? bytes + 1 : Math.min(known, bytes));
  const got = await source.read(0, room);
  const whole = known === null ? got <= bytes : got === known;
  const head = room.subarray(0, got);
  if (known === null && whole) context.ledger.setTotal(got);
  return { source: new ReplayedSource(source, head, whole ? got : known), head, whole };
}

class ReplayedSource implements Source {
  readonly facts: SourceFacts;
  readonly replayable: boolean;
  readonly #source: Source;
  readonly #head: Uint8Array;

  constructor(source: Source, head: Uint8Array, size: number | null) {
    this.#source = source;
    this.#head = head;
    this.facts = { ...source.facts, size };
    this.replayable = source.replayable || size === head.length;
  }

  async read(offset: number, buffer: Uint8Array): Promise<number> {
    const fromHead = this.#head.subarray(offset, offset + buffer.length);
    buffer.set(fromHead);
    if (fromHead.length === buffer.length || this.facts.size === this.#head.length) return fromHead.length;
    const at = Math.max(offset, this.#head.length);
    return fromHead.length + (await this.#source.read(at, buffer.subarray(fromHead.length)));
  }

  unchanged(): Promise<Unchanged> {
    return this.#source.unchanged();
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}
