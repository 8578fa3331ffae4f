import type { Target } from '../../ports/ports.ts';
import type { BufferPool } from '../buffers.ts';

/**
 * Bytes gathered before they are written. Smaller writes cost system calls; larger ones make file systems allocate
 * large folios, which cost more than they save.
 */
const STAGE = 256 * 1024;

/** Writes a stretch of bytes in order: one write under way while the next buffer fills. */
export class StagedWriter {
  readonly #target: Target;
  readonly #buffers: BufferPool;
  /** Null while there is nothing to write. */
  #buffer: Uint8Array | null = null;
  #filled = 0;
  #offset: number;
  #writing: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(target: Target, buffers: BufferPool, offset: number) {
    this.#target = target;
    this.#buffers = buffers;
    this.#offset = offset;
  }

  /** Takes a chunk; what it answers, if anything, must be waited for before the next, and before the chunk changes. */
  add(chunk: Uint8Array): void | Promise<void> {
    this.#check();
    let at = 0;
    while (at < chunk.length) {
      if (this.#filled === STAGE) {
        if (this.#writing !== null) return this.#addLater(chunk.subarray(at));
        this.#write();
      }
      this.#buffer ??= this.#buffers.take(STAGE);
      const taken = Math.min(chunk.length - at, STAGE - this.#filled);
      this.#buffer.set(chunk.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
    }
  }

  /** Writes what is left, and gives the buffer back. Must be called exactly once. */
  async end(): Promise<void> {
    try {
      await this.#writing;
      this.#check();
      this.#write();
      await this.#writing;
      this.#check();
    } finally {
      if (this.#buffer !== null) this.#buffers.give(this.#buffer);
    }
  }

  async #addLater(rest: Uint8Array): Promise<void> {
    await this.#writing;
    await this.add(rest);
  }

  #write(): void {
    const [buffer, filled, offset] = [this.#buffer, this.#filled, this.#offset];
    if (buffer === null) return;
    this.#offset += filled;
    this.#filled = 0;
    this.#buffer = null;
    this.#writing = this.#target
      .write(offset, buffer.subarray(0, filled))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#buffers.give(buffer);
        this.#writing = null;
      });
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
