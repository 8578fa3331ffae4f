import type { Target } from '../../ports/files.ts';
import type { BufferPool } from '../buffers.ts';

/** Bytes gathered before they are written: few large writes instead of many small ones. */
const STAGE = 1024 * 1024;

/** Writes a stretch of bytes in order, one write under way while the next buffer fills. */
export class StagedWriter {
  readonly #target: Target;
  readonly #buffers: BufferPool;
  #buffer: Uint8Array;
  #filled = 0;
  #offset: number;
  #writing: Promise<void> = Promise.resolve();

  constructor(target: Target, buffers: BufferPool, offset: number) {
    this.#target = target;
    this.#buffers = buffers;
    this.#offset = offset;
    this.#buffer = buffers.take(STAGE);
  }

  /** Takes a chunk; what it answers, if anything, must be waited for before the next. */
  add(chunk: Uint8Array): void | Promise<void> {
    let at = 0;
    let wait: Promise<void> | undefined;
    while (at < chunk.length) {
      const taken = Math.min(chunk.length - at, STAGE - this.#filled);
      this.#buffer.set(chunk.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled < STAGE) break;
      if (at < chunk.length) return this.#flush().then(() => this.add(chunk.slice(at)));
      wait = this.#flush();
    }
    return wait;
  }

  /** Writes what is left, and gives the buffer back. Must be called exactly once. */
  async end(): Promise<void> {
    try {
      await this.#flush();
      await this.#writing;
    } finally {
      this.#buffers.give(this.#buffer);
    }
  }

  /** Begins to write what was gathered, once the write before is done. */
  async #flush(): Promise<void> {
    await this.#writing;
    if (this.#filled === 0) return;
    const [buffer, filled, offset] = [this.#buffer, this.#filled, this.#offset];
    this.#offset += filled;
    this.#filled = 0;
    this.#buffer = this.#buffers.take(STAGE);
    const written = this.#target
      .write(offset, buffer.subarray(0, filled))
      .finally(() => this.#buffers.give(buffer));
    this.#writing = written;
    written.catch(() => undefined);
  }
}
