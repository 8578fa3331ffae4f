import type { OnReadOpts, Socket } from 'node:net';
import type { ReadMemory } from './read-memory.ts';

interface Chunk {
  readonly memory: Uint8Array;
  readonly bytes: Uint8Array;
}

/**
 * What one socket receives. Whoever reads the socket, by its `read()` when it is readable, may look at a chunk until it
 * calls `read()` again, or hand the rest of it back by `unshift()`.
 */
export class SocketReads {
  /** Options for the socket when it is made. */
  readonly onread: OnReadOpts;
  readonly #memory: ReadMemory;
  readonly #waiting: Chunk[] = [];
  /** The last buffer that was handed out. Its memory is reused as soon as more is asked for. */
  #taken: Uint8Array | null = null;
  #socket: Socket | null = null;

  constructor(memory: ReadMemory) {
    this.#memory = memory;
    this.onread = {
      buffer: () => memory.take(),
      callback: (count, into) => this.#received({ memory: into, bytes: into.subarray(0, count) }),
    };
  }

  /** Must be called once the socket is connected, before anybody reads it. */
  attach(socket: Socket): void {
    this.#socket = socket;
    const read = socket.read.bind(socket);
    socket.read = (size) => {
      // Of no size: Node looks whether this is the end. undici must not hear of it before it asked for more: an end in
      // the middle of a pause is one that it does not survive.
      if (size === 0 && !this.#isAsked()) return null;
      return size === undefined ? (this.#next() ?? read()) : read(size);
    };
    socket.unshift = (rest) => this.#handBack(rest);
  }

  /** False when more was not asked for: the socket then waits until it is. */
  #received(chunk: Chunk): boolean {
    this.#waiting.push(chunk);
    this.#socket?.emit('readable');
    return this.#isAsked();
  }

  /** Whether all that came was taken, and more was asked for. */
  #isAsked(): boolean {
    return this.#waiting.length === 0 && this.#taken === null;
  }

  #next(): Uint8Array | null {
    if (this.#taken !== null) this.#memory.give(this.#taken);
    const chunk = this.#waiting.shift();
    this.#taken = chunk?.memory ?? null;
    return chunk?.bytes ?? null;
  }

  #handBack(rest: Uint8Array): void {
    if (this.#taken !== null && rest.length > 0) {
      this.#waiting.unshift({ memory: this.#taken, bytes: rest });
      this.#taken = null;
    }
  }
}
