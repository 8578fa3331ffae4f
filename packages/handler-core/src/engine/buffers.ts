/**
 * Part buffers that are used again and again: memory that was touched once is cheap, and a fresh 8 MiB is not.
 * At most `keep` bytes stay pooled while nothing uses them.
 */
export class BufferPool {
  readonly #free: Uint8Array[] = [];
  #freeBytes = 0;
  readonly #keep: number;

  constructor(keep: number) {
    this.#keep = keep;
  }

  /** A buffer of exactly this many bytes, with any content. */
  take(size: number): Uint8Array {
    const at = this.#free.findIndex((buffer) => buffer.length === size);
    if (at < 0) return new Uint8Array(size);
    const [buffer] = this.#free.splice(at, 1);
    this.#freeBytes -= size;
    return buffer ?? new Uint8Array(size);
  }

  /** Gives a buffer back. Its former user must be done with it, and so must the network. */
  give(buffer: Uint8Array): void {
    if (this.#freeBytes + buffer.length > this.#keep) return;
    this.#free.push(buffer);
    this.#freeBytes += buffer.length;
  }
}
