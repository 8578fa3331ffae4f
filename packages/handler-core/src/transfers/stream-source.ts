import { TransferError } from '../errors/transfer-error.ts';
import type { Source, SourceFacts } from '../ports/ports.ts';

/** What a stream is read by: one chunk after the other, until `done`. */
export interface ChunkReader {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  /** Nobody wants the rest. */
  stop(): Promise<unknown>;
}

/** What is known of a stream. */
export type StreamFacts = Pick<SourceFacts, 'name' | 'size' | 'contentType'>;

/** A source that is read once, in order. A stream that ends with an error fails with it, and says what it was. */
export function streamSource(reader: ChunkReader, { name, size, contentType }: StreamFacts): Source {
  const bytes = new StreamBytes(reader, size);
  return {
    facts: { size, fingerprint: null, name, ...(contentType === undefined ? {} : { contentType }) },
    replayable: false,
    read: (_, buffer) => bytes.fill(buffer),
    unchanged: async () => true,
    close: () => bytes.stop(),
  };
}

class StreamBytes {
  readonly #reader: ChunkReader;
  /** How many bytes were promised. */
  readonly #size: number | null;
  /** What came and was not wanted yet. */
  #rest: Uint8Array = new Uint8Array(0);
  #read = 0;
  #ended = false;

  constructor(reader: ChunkReader, size: number | null) {
    this.#reader = reader;
    this.#size = size;
  }

  async fill(buffer: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < buffer.length && (await this.#more())) {
      const piece = this.#rest.subarray(0, buffer.length - filled);
      buffer.set(piece, filled);
      filled += piece.length;
      this.#rest = this.#rest.subarray(piece.length);
    }
    this.#read += filled;
    await this.#checkLength(filled < buffer.length);
    return filled;
  }

  async stop(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#reader.stop();
  }

  /** Whether there is a byte left. */
  async #more(): Promise<boolean> {
    while (this.#rest.length === 0) {
      if (this.#ended) return false;
      const { done, value } = await this.#reader.next().catch((cause: unknown) => {
        this.#ended = true;
        throw broken(cause);
      });
      if (done === true) this.#ended = true;
      else this.#rest = bytesIn(value);
    }
    return true;
  }

  async #checkLength(atEnd: boolean): Promise<void> {
    const size = this.#size;
    if (size === null) return;
    const longer = this.#read > size || (this.#read === size && (await this.#more()));
    if (!longer && (!atEnd || this.#read === size)) return;
    const came = longer ? `more than ${size}` : String(this.#read);
    throw new TransferError('file-changed', `the stream has ${came} bytes, and ${size} were announced`, {
      hint: 'Pass the right `size`, or leave it out: a stream of any length is taken.',
    });
  }
}

function broken(cause: unknown): TransferError {
  if (TransferError.is(cause)) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TransferError('stream-broken', `the stream that is uploaded ended with an error: ${why}`, {
    cause,
  });
}

/** @throws `invalid-argument` for what is neither bytes nor text */
function bytesIn(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === 'string') return new TextEncoder().encode(chunk);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new TransferError('invalid-argument', 'from: the stream yields something that is no bytes');
}
