import type { OnReadOpts, Socket } from 'node:net';

/**
 * Bytes that one read of a socket takes at most. Left to itself, Node takes 64 KiB into new memory each time, and the
 * garbage of a large download keeps a core busy.
 */
const READ_SIZE = 256 * 1024;

/** Buffers kept while nobody reads into them. */
const MOST_FREE = 16;

interface Chunk {
  readonly memory: Uint8Array;
  readonly bytes: Uint8Array;
}

/** What a socket received and nobody took yet. */
interface Received {
  readonly waiting: Chunk[];
  /** What was handed out last: its memory is used again as soon as more is asked for. */
  taken: Uint8Array | null;
}

/**
 * Lets sockets read into memory that is used again and again. Whoever reads one by `read()` may look at a chunk until
 * it calls `read()` again, or hand its rest back by `unshift()`.
 */
export class PooledReads {
  /** To be given to each socket when it is made. */
  readonly onread: OnReadOpts;
  readonly #free: Uint8Array[] = [];
  readonly #received = new WeakMap<Socket, Received>();

  constructor() {
    const pool = this;
    this.onread = {
      buffer: () => this.#free.pop() ?? Buffer.allocUnsafeSlow(READ_SIZE),
      callback(this: Socket, count: number, memory: Uint8Array): boolean {
        return pool.#take(this, count, memory);
      },
    } as OnReadOpts;
  }

  /** Must be told of each socket before it reads. */
  attach(socket: Socket): void {
    const received: Received = { waiting: [], taken: null };
    const read = socket.read.bind(socket);
    this.#received.set(socket, received);
    socket.read = (size) => {
      // Of no size: Node's own way to go on. It would see the end before what is waiting.
      if (size === 0 && received.waiting.length > 0) return null;
      if (size !== undefined) return read(size);
      this.#giveBack(received);
      const next = received.waiting.shift();
      if (next === undefined) return read();
      received.taken = next.memory;
      return next.bytes;
    };
    socket.unshift = (rest) => {
      const memory = received.taken;
      received.taken = null;
      if (memory !== null) received.waiting.unshift({ memory, bytes: rest });
    };
  }

  /** False when nobody took it: nothing more is read until somebody does. */
  #take(socket: Socket, count: number, memory: Uint8Array): boolean {
    const received = this.#received.get(socket);
    if (received === undefined) return false;
    received.waiting.push({ memory, bytes: memory.subarray(0, count) });
    socket.emit('readable');
    return received.waiting.length === 0 && received.taken === null;
  }

  #giveBack(received: Received): void {
    if (received.taken !== null && this.#free.length < MOST_FREE) this.#free.push(received.taken);
    received.taken = null;
  }
}
