/**
 * Bytes that one read of a socket takes at most. Left to itself, Node takes 64 KiB into new memory each time, and the
 * garbage of a large download keeps a core busy.
 */
const READ_SIZE = 256 * 1024;

/** Buffers kept while nobody reads into them. */
const MOST_FREE = 16;

/** Memory that sockets read into, used again and again. */
export class ReadMemory {
  readonly #free: Uint8Array[] = [];

  take(): Uint8Array {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(READ_SIZE);
  }

  give(memory: Uint8Array): void {
    if (this.#free.length < MOST_FREE) this.#free.push(memory);
  }
}
