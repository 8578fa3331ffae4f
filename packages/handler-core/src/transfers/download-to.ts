import type { Destination } from '../engine/download/download-job.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { Target } from '../ports/ports.ts';
import { kindOf } from './upload-from.ts';

/** A Node `Writable`: all of it that is used, so that core needs no types of Node. */
export interface NodeByteSink {
  write(chunk: Uint8Array, callback: (error?: Error | null) => void): unknown;
  end(callback: (error?: Error | null) => void): unknown;
  on(event: 'error' | 'close', listener: (error?: Error) => void): unknown;
  destroy(error?: Error): unknown;
}

/** A web `WritableStream` of bytes: all of it that is used, so that those of Node and of the DOM both fit. */
export interface WebByteSink {
  getWriter(): {
    write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
    close(): Promise<void>;
    abort(reason?: unknown): Promise<void>;
  };
}

/** Where bytes go in order, one chunk after the other. */
interface Sink {
  /** Resolves when the next may come. */
  write(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
  /** Never rejects. */
  abort(error: TransferError): Promise<void>;
}

/** What `to` turned out to be. */
export type DownloadOutput =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'sink'; readonly sink: Sink };

/** Decides what `to` is, for Node and browsers alike. @throws `invalid-argument` that says what it is, and what it may be */
export function downloadOutput(to: unknown): DownloadOutput {
  if (to === undefined) return { kind: 'bytes' };
  if (typeof to === 'string' && to !== '') return { kind: 'path', path: to };
  if (typeof to === 'object' && to !== null) {
    if (isWebSink(to)) return { kind: 'sink', sink: webSink(to) };
    if (isNodeSink(to)) return { kind: 'sink', sink: nodeSink(to) };
  }
  const what = to === '' ? 'an empty path' : kindOf(to);
  throw new TransferError(
    'invalid-argument',
    `to: ${what} can't be downloaded to; pass a path or a writable stream, or leave it out for the bytes`,
  );
}

/** A download into memory. */
export class BytesDestination implements Destination {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  async open(): Promise<Target> {
    const room = new GrowingBytes();
    return {
      kept: 0,
      write: async (offset, bytes) => room.write(offset, bytes),
      read: async (offset, buffer) => room.read(offset, buffer),
      keep: async () => undefined,
      copy: async () => undefined,
      commit: async () => {
        this.#bytes = room.whole();
      },
      close: async () => undefined,
    };
  }

  place(target: Target): Promise<void> {
    return target.commit('');
  }
}

class GrowingBytes {
  #room: Uint8Array<ArrayBuffer> = new Uint8Array(64 * 1024);
  #size = 0;

  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > this.#room.length) {
      const larger = new Uint8Array(Math.max(end, this.#room.length * 2));
      larger.set(this.#room.subarray(0, this.#size));
      this.#room = larger;
    }
    this.#room.set(bytes, offset);
    this.#size = Math.max(this.#size, end);
  }

  read(offset: number, buffer: Uint8Array): number {
    const piece = this.#room.subarray(offset, Math.min(this.#size, offset + buffer.length));
    buffer.set(piece);
    return piece.length;
  }

  whole(): Uint8Array<ArrayBuffer> {
    return this.#size === this.#room.length ? this.#room : this.#room.slice(0, this.#size);
  }
}

/**
 * A download into a stream, in order, while it comes in. What was handed on can't be taken back: an attempt that would
 * begin anew fails, and says so.
 */
export class SinkDestination implements Destination {
  readonly #sink: Sink;
  #delivered = 0;
  #version: string | null = null;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  async open(version: string | null, prove: boolean): Promise<Target> {
    // What a digest covers is hashed as it comes; what was handed on can't be read again for that.
    const continues = this.#delivered === 0 || (prove && version !== null && version === this.#version);
    if (!continues) throw this.#cannotTakeBack();
    this.#version = version;
    return {
      kept: this.#delivered,
      write: (offset, bytes) => this.#write(offset, bytes),
      read: async () => {
        throw this.#cannotTakeBack();
      },
      keep: async () => undefined,
      copy: async () => undefined,
      commit: async () => undefined,
      close: async () => undefined,
    };
  }

  async place(): Promise<void> {
    // The caller is told by the end of the stream, which comes when everything was compared.
  }

  async #write(offset: number, bytes: Uint8Array): Promise<void> {
    if (offset !== this.#delivered) throw this.#cannotTakeBack();
    await this.#sink.write(bytes.slice());
    this.#delivered += bytes.length;
  }

  #cannotTakeBack(): TransferError {
    return new TransferError(
      'digest-mismatch',
      `the ${this.#delivered} bytes that the stream was given are not, or may not be, those of the file`,
      { retryable: false, hint: 'Throw away what the stream was given, and start the download again.' },
    );
  }
}

function webSink(stream: WebByteSink): Sink {
  const writer = stream.getWriter();
  return {
    write: (chunk) => writer.write(chunk).catch(broken),
    close: () => writer.close().catch(broken),
    abort: (error) => writer.abort(error).catch(() => undefined),
  };
}

function nodeSink(stream: NodeByteSink): Sink {
  let failed: ((error: Error) => void) | null = null;
  let over: Error | null = null;
  const end = (error: Error): void => {
    over ??= error;
    failed?.(over);
  };
  stream.on('error', (error = new Error('the stream failed')) => end(error));
  stream.on('close', () => end(new Error('the stream was closed before its end')));
  const call = (work: (callback: (error?: Error | null) => void) => void): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      failed = reject;
      if (over !== null) reject(over);
      else work((error) => (error === undefined || error === null ? resolve() : reject(error)));
    }).catch(broken);
  // What Node itself never closes: the process's own output.
  const standard = '_isStdio' in stream && stream._isStdio === true;
  return {
    write: (chunk) => call((callback) => void stream.write(chunk, callback)),
    close: () => (standard ? Promise.resolve() : call((callback) => void stream.end(callback))),
    abort: async (error) => {
      if (!standard) stream.destroy(error);
    },
  };
}

function broken(cause: unknown): never {
  if (TransferError.is(cause)) throw cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new TransferError('stream-broken', `the stream that is downloaded to ended with an error: ${why}`, {
    cause,
  });
}

function isWebSink(to: object): to is WebByteSink {
  return 'getWriter' in to && typeof to.getWriter === 'function';
}

function isNodeSink(to: object): to is NodeByteSink {
  const does = (name: string): boolean =>
    name in to && typeof (to as Readonly<Record<string, unknown>>)[name] === 'function';
  return does('write') && does('end') && does('on') && does('destroy');
}
