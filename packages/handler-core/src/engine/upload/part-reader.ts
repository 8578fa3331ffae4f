import type { DigestAlgorithm, Digests } from '../../digest/hash.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { Source } from '../../ports/ports.ts';
import type { PartFacts } from '../../signer/signer.ts';
import { digestsApart, digestsOf, sameDigests } from '../digests.ts';
import type { TransferContext } from '../request/context.ts';

/** A part in its buffer. */
export interface ReadPart {
  readonly facts: PartFacts;
  readonly bytes: Uint8Array;
  readonly buffer: Uint8Array;
}

/** A part that was read and is not hashed yet. */
interface RawPart {
  readonly number: number;
  readonly size: number;
  readonly buffer: Uint8Array;
}

/** How a file is cut. */
export interface PartGeometry {
  /** Bytes, or null for a stream. */
  readonly size: number | null;
  readonly partSize: number;
  readonly maxParts: number;
}

/** Reads part after part, each once, in order: hashed as it is read. */
export class PartReader {
  /** How many parts may be held at once at most; how many are depends on the link. */
  readonly lanes: number;
  /** Bytes of memory that a part takes at most. */
  readonly partMemory: number;
  readonly #context: TransferContext;
  readonly #source: Source;
  readonly #geometry: PartGeometry;
  readonly #algorithms: readonly DigestAlgorithm[];
  readonly #wanted: Iterator<number>;
  #turn: Promise<unknown> = Promise.resolve();
  /** Bytes of the source, once known. */
  size: number | null;

  /** `only`: these parts again, instead of all. */
  constructor(
    context: TransferContext,
    source: Source,
    geometry: PartGeometry,
    algorithms: readonly DigestAlgorithm[],
    only?: readonly number[],
  ) {
    const count = geometry.size === null ? geometry.maxParts : partCount(geometry.size, geometry.partSize);
    const { concurrency } = context.limits;
    this.lanes = Math.max(1, Math.min(concurrency, only?.length ?? count));
    this.partMemory = capacityFor(
      Math.min(geometry.partSize, geometry.size ?? geometry.partSize),
      geometry.partSize,
    );
    this.#context = context;
    this.#source = source;
    this.#geometry = geometry;
    this.#algorithms = algorithms;
    this.size = geometry.size;
    this.#wanted = (only ?? numbersUpTo(count))[Symbol.iterator]();
  }

  /** The next part, or null when there are no more. One read at a time, so a stream is read in order. */
  next(): Promise<ReadPart | null> {
    const turn = this.#turn.then(() => this.#read());
    this.#turn = turn.catch(() => null);
    return turn.then((part) => (part === null ? null : this.#hashed(part)));
  }

  /** Whether a part can be read once more. */
  get replayable(): boolean {
    return this.#source.replayable;
  }

  /** Reads a part once more whose buffer was given back. @throws `file-changed` when it is not what it was */
  async again(facts: PartFacts): Promise<ReadPart> {
    const offset = (facts.number - 1) * this.#geometry.partSize;
    const buffer = this.#context.buffers.take(capacityFor(facts.size, this.#geometry.partSize));
    const part = await this.#source
      .read(offset, buffer.subarray(0, facts.size))
      .then((size) => this.#hashed({ number: facts.number, size, buffer }))
      .catch((error: unknown) => {
        this.#context.buffers.give(buffer);
        throw error;
      });
    if (part.facts.size === facts.size && sameOrNone(part.facts.digests, facts.digests)) return part;
    this.release(part);
    throw new TransferError('file-changed', `part ${facts.number} is not what it was when it was signed`);
  }

  /** Gives the part's buffer back. */
  release(part: ReadPart): void {
    this.#context.buffers.give(part.buffer);
  }

  async #hashed({ number, size, buffer }: RawPart): Promise<ReadPart> {
    const { hash } = this.#context.ports;
    const { sliceSize } = this.#context.limits;
    // Only a part that fills its memory may travel with it.
    if (size === buffer.length) {
      const { digests, bytes } = await digestsApart(hash, this.#algorithms, buffer, sliceSize);
      return { facts: { number, size, digests }, bytes, buffer: bytes };
    }
    const bytes = buffer.subarray(0, size);
    const digests = digestsOf(hash, this.#algorithms, bytes, sliceSize);
    return { facts: { number, size, digests }, bytes, buffer };
  }

  async #read(): Promise<RawPart | null> {
    const next = this.#wanted.next();
    if (next.done === true) return this.#end();
    const number = next.value;
    const offset = (number - 1) * this.#geometry.partSize;
    if (this.size !== null && offset >= this.size && number > 1) return null;
    const wanted =
      this.size === null ? this.#geometry.partSize : Math.min(this.#geometry.partSize, this.size - offset);
    const buffer = this.#context.buffers.take(capacityFor(wanted, this.#geometry.partSize));
    try {
      const got = await this.#source.read(offset, buffer.subarray(0, wanted));
      if (got < wanted) this.#ended(offset + got);
      if (got === 0 && number > 1) {
        this.#context.buffers.give(buffer);
        return null;
      }
      return { number, size: got, buffer };
    } catch (error) {
      this.#context.buffers.give(buffer);
      throw error;
    }
  }

  /** All the parts there may be were read: a stream must not have a byte more. */
  async #end(): Promise<null> {
    if (this.size !== null) return null;
    const { maxParts, partSize } = this.#geometry;
    const most = maxParts * partSize;
    if ((await this.#source.read(most, new Uint8Array(1))) > 0) {
      throw new TransferError('file-too-large', `the stream has more than ${most} bytes`);
    }
    this.#ended(most);
    return null;
  }

  #ended(size: number): void {
    if (this.#geometry.size !== null) {
      throw new TransferError('file-changed', `the file shrank from ${this.#geometry.size} to ${size} bytes`);
    }
    this.size = size;
    this.#context.ledger.setTotal(size);
  }
}

/** How many parts a file has; an empty one has one. */
function partCount(size: number, partSize: number): number {
  return Math.max(1, Math.ceil(size / partSize));
}

function* numbersUpTo(count: number): Generator<number> {
  for (let number = 1; number <= count; number += 1) yield number;
}

/** Small files take the next power of two instead of a whole part, so that few sizes are pooled. */
function capacityFor(bytes: number, partSize: number): number {
  return Math.min(partSize, Math.max(65_536, 2 ** Math.ceil(Math.log2(Math.max(1, bytes)))));
}

function sameOrNone(left: Digests, right: Digests): boolean {
  return Object.keys(right).length === 0 || sameDigests(left, right);
}
