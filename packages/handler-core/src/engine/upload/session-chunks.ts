import type { Digests } from '../../digest/hash.ts';
import { TransferError } from '../../errors/transfer-error.ts';
import type { Source } from '../../ports/ports.ts';
import type { SessionPlan } from '../../signer/plan.ts';
import { digestsOf, RunningDigests } from '../digests.ts';
import type { TransferContext } from '../request/context.ts';
import type { Slot } from '../request/pace.ts';
import type { SignedRequestCache } from '../request/signed-request-cache.ts';
import type { SliceLog } from './upload-job.ts';

/** What sending through a session needs. */
export interface SessionRun {
  readonly plan: SessionPlan;
  readonly requests: SignedRequestCache;
  readonly source: Source;
  readonly log: SliceLog;
  /** Bytes that the session holds; null: ask. */
  readonly offset: number | null;
  /** Told how many bytes a continued session turned out to hold. */
  readonly onResumed?: (bytes: number) => void;
}

/** What one request of a session led to. */
export type Step =
  | { readonly to: 'offset'; readonly offset: number }
  | { readonly to: 'done' }
  | { readonly to: 'gone' };

/** Digest by which a continued session proves that the file is the same. */
const PROOF = 'crc32';

/** A stretch of the file, whose bytes are held until the next is read. */
export interface Chunk {
  readonly first: number;
  readonly size: number;
  /** Bytes of the file, once known. */
  readonly total: number | null;
  readonly last: boolean;
  readonly digests: Digests;
}

/** Reads chunks of the source, keeps the digests and the log. */
export class Chunks {
  readonly #context: TransferContext;
  readonly #run: SessionRun;
  readonly #running: RunningDigests;
  readonly #capacity: number;
  readonly #unsubscribe: () => void;
  /** Null before the first read, and while the transfer is out of its lane. */
  #memory: { readonly buffer: Uint8Array; readonly slot: Slot } | null = null;
  #read = { first: 0, length: 0 };
  /** Digest of the bytes that were given up. They must be the same when they are read again. */
  #proof: string | undefined;
  #total: number | null;

  constructor(context: TransferContext, run: SessionRun) {
    this.#context = context;
    this.#run = run;
    this.#running = new RunningDigests(context.ports.hash, [
      ...new Set([...run.plan.dialect.lastDigests, ...run.plan.integrity.whole]),
    ]);
    this.#total = run.source.facts.size;
    this.#capacity = Math.max(1, Math.min(run.plan.chunkSize, this.#total ?? run.plan.chunkSize));
    this.#unsubscribe = run.source.replayable ? context.lane.onRelease(() => this.#drop()) : () => undefined;
  }

  /** Gives the memory back. */
  release(): void {
    this.#unsubscribe();
    this.#memory?.slot.release();
    this.#memory = null;
  }

  /** The bytes of the chunk that was read last, read again if they were given up. @throws `file-changed` */
  async bytesOf(chunk: Chunk): Promise<Uint8Array> {
    if (this.#proof !== undefined) {
      const bytes = await this.#fill(chunk.first, chunk.size);
      if (this.#prove(bytes) !== this.#proof)
        throw new TransferError('file-changed', 'the file changed while it was being sent');
      this.#proof = undefined;
    }
    return (await this.#buffer()).subarray(0, chunk.size);
  }

  #drop(): void {
    if (this.#memory === null) return;
    this.#proof = this.#prove(this.#memory.buffer.subarray(0, this.#read.length));
    this.#read = { first: 0, length: 0 };
    this.#memory.slot.release();
    this.#memory = null;
  }

  #prove(bytes: Uint8Array): string | undefined {
    return digestsOf(this.#context.ports.hash, [PROOF], bytes, this.#context.limits.sliceSize)[PROOF];
  }

  async #buffer(): Promise<Uint8Array> {
    if (this.#memory === null) {
      const { pace, ledger, signal } = this.#context;
      const slot = await pace.acquire(pace.up, ledger, this.#capacity, signal);
      this.#memory = { buffer: new Uint8Array(this.#capacity), slot };
    }
    return this.#memory.buffer;
  }

  get size(): number {
    return this.#total ?? 0;
  }

  digests(): Digests {
    return this.#running.finish();
  }

  /** Hashes what the session holds already, and compares it with what was noted. @throws `file-changed` */
  async prove(offset: number): Promise<void> {
    const slices = [...this.#run.log.known.values()].sort((left, right) => left.number - right.number);
    let at = 0;
    for (const slice of slices) {
      const first = slice.number - 1;
      const noted = slice.digests[PROOF];
      // The session may hold only the beginning of the last stretch: the file has all of it.
      if (first > at || first >= offset || slice.size > this.#capacity || noted === undefined) continue;
      const bytes = await this.#fill(first, slice.size);
      const proof = digestsOf(this.#context.ports.hash, [PROOF], bytes, this.#context.limits.sliceSize);
      if (bytes.length < slice.size || proof[PROOF] !== noted) {
        throw new TransferError('file-changed', 'the file is not what was being sent before');
      }
      this.#running.add(first, bytes.subarray(0, offset - first));
      at = Math.max(at, Math.min(offset, first + slice.size));
    }
    while (at < offset) {
      const bytes = await this.#fill(at, Math.min(this.#capacity, offset - at));
      if (bytes.length === 0)
        throw new TransferError('file-changed', 'the session holds more than the file has');
      this.#running.add(at, bytes);
      at += bytes.length;
    }
    this.#context.ledger.confirm(0, offset);
  }

  /** The chunk from this offset on; what was read before is used again, for a stream can't be read twice. */
  async read(first: number): Promise<Chunk> {
    const { chunkSize, maxSize, dialect } = this.#run.plan;
    const wanted = Math.min(chunkSize, this.#total === null ? chunkSize : this.#total - first);
    this.#proof = undefined;
    const bytes = await this.#fill(first, wanted);
    if (bytes.length < wanted) this.#ended(first + bytes.length);
    if (first + bytes.length > maxSize)
      throw new TransferError('file-too-large', `the stream has more than ${maxSize} bytes`);
    this.#running.add(first, bytes);
    // Stretches are numbered by their place, for a session that went back gets some of them anew.
    if (bytes.length > 0) {
      const proof = digestsOf(this.#context.ports.hash, [PROOF], bytes, this.#context.limits.sliceSize);
      await this.#run.log.add({ number: first + 1, size: bytes.length, digests: proof });
    }
    const last = this.#total !== null && first + bytes.length === this.#total;
    const digests = last && dialect.lastDigests.length > 0 ? this.#running.finish() : {};
    return { first, size: bytes.length, total: this.#total, last, digests };
  }

  /** Takes in how far the store got. */
  sent(chunk: Chunk, step: Step): void {
    if (step.to === 'gone') return;
    const end = chunk.first + chunk.size;
    const reached = step.to === 'done' ? end : step.offset;
    if (reached > end)
      throw new TransferError('bad-answer', `the session claims ${reached} bytes, and ${end} were sent`);
    const { ledger } = this.#context;
    if (reached < chunk.first) {
      if (!this.#run.source.replayable)
        throw new TransferError('upload-gone', 'the session lost bytes of a stream');
      ledger.unconfirm(chunk.first - reached);
      return;
    }
    ledger.confirm(chunk.first, reached - chunk.first);
  }

  async #fill(first: number, wanted: number): Promise<Uint8Array> {
    const buffer = await this.#buffer();
    const kept = this.#keep(buffer, first, wanted);
    const got = await this.#run.source.read(first + kept, buffer.subarray(kept, wanted));
    this.#read = { first, length: kept + got };
    return buffer.subarray(0, kept + got);
  }

  /** Moves what is in the buffer already to its beginning. */
  #keep(buffer: Uint8Array, first: number, wanted: number): number {
    const from = first - this.#read.first;
    if (from < 0 || from >= this.#read.length) return 0;
    const kept = Math.min(wanted, this.#read.length - from);
    buffer.copyWithin(0, from, from + kept);
    return kept;
  }

  #ended(size: number): void {
    if (this.#run.source.facts.size !== null) {
      throw new TransferError(
        'file-changed',
        `the file shrank from ${this.#run.source.facts.size} to ${size} bytes`,
      );
    }
    this.#total = size;
    this.#context.ledger.setTotal(size);
  }
}
