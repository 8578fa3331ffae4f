import { Worker } from 'node:worker_threads';
import { type Crc64Kit, crc64Kit } from '../digest/crc64.ts';
import type { HashedApart } from '../digest/hash.ts';
import { TransferError } from '../errors/transfer-error.ts';

/** Below so many bytes the way to the other thread and back costs more than it saves. */
const LEAST = 1024 * 1024;

interface Asked {
  readonly resolve: (hashed: HashedApart) => void;
  readonly reject: (error: TransferError) => void;
}

/** What the other thread answers. */
interface HashedMessage {
  readonly digest: bigint;
  readonly bytes: Uint8Array;
}

let thread: Crc64Thread | null | undefined;

/**
 * CRC-64/NVME of a large buffer on a thread of its own: it costs as much as sending, and the two then go on side by side.
 * Undefined for a small buffer, and where there is no such thread.
 */
export function crc64Apart(bytes: Uint8Array): Promise<HashedApart> | undefined {
  if (bytes.byteLength < LEAST || bytes.byteLength !== bytes.buffer.byteLength) return undefined;
  if (thread === undefined || thread?.ended === true) thread = start();
  return thread?.ask(bytes);
}

function start(): Crc64Thread | null {
  const kit = crc64Kit();
  return kit === null ? null : new Crc64Thread(kit);
}

/** One thread for the process. It keeps the process alive only while it is asked for something. */
class Crc64Thread {
  ended = false;
  readonly #worker: Worker;
  /** Answered in order. */
  readonly #asked: Asked[] = [];

  constructor(kit: Crc64Kit) {
    this.#worker = new Worker(`(${work})(require('node:worker_threads'))`, { eval: true, workerData: kit });
    this.#worker.unref();
    this.#worker.on('message', (message: HashedMessage) => this.#answer(message));
    this.#worker.on('error', (cause) => this.#end(cause));
    this.#worker.on('exit', () => this.#end(undefined));
  }

  ask(bytes: Uint8Array): Promise<HashedApart> {
    return new Promise((resolve, reject) => {
      if (this.#asked.push({ resolve, reject }) === 1) this.#worker.ref();
      this.#worker.postMessage(bytes, [bytes.buffer as ArrayBuffer]);
    });
  }

  #answer({ digest, bytes }: HashedMessage): void {
    const asked = this.#asked.shift();
    if (this.#asked.length === 0) this.#worker.unref();
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, digest);
    asked?.resolve({ digest: new Uint8Array(view.buffer), bytes });
  }

  #end(cause: unknown): void {
    this.ended = true;
    const error = new TransferError('internal', 'the thread that hashes has ended', { cause });
    for (const { reject } of this.#asked.splice(0)) reject(error);
  }
}

/** Runs on the other thread, from its text alone: nothing from outside of it is there. */
function work({ parentPort, workerData }: typeof import('node:worker_threads')): void {
  const { module, tables, data, capacity }: Crc64Kit = workerData;
  const { run, memory } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports as {
    run: (crc: bigint, at: number, bytes: number) => bigint;
    memory: WebAssembly.Memory;
  };
  const bytesOfMemory = new Uint8Array(memory.buffer);
  bytesOfMemory.set(tables);
  parentPort?.on('message', (bytes: Uint8Array) => {
    let crc = 0xffffffffffffffffn;
    for (let at = 0; at < bytes.length; at += capacity) {
      const chunk = bytes.subarray(at, at + capacity);
      bytesOfMemory.set(chunk, data);
      crc = BigInt.asUintN(64, run(crc, data, chunk.length));
    }
    const message = { digest: crc ^ 0xffffffffffffffffn, bytes };
    parentPort?.postMessage(message, [bytes.buffer as ArrayBuffer]);
  });
}
