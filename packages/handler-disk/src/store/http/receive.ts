import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { MIB } from '@mesibo-files/handler-core/provider';
import { StoreFault } from '../../format/codes.ts';
import { runningCrc32 } from '../../format/digests.ts';
import { FLUSH_STRIDE } from '../files.ts';
import type { Progress } from '../session-state.ts';

/** Bytes that are gathered before they are written: a system call each for the 64 KiB that a socket gives costs more. */
const WRITE_BATCH: number = MIB;

/**
 * Bytes of a request's body, as stated. Node's parser holds the client to it: it takes no more for this request, and what
 * breaks off before is not complete.
 * @throws StoreFault 411 where it is not stated
 */
export function bodySize({ headers }: IncomingMessage): number {
  const stated = headers['content-length'] ?? '';
  if (headers['transfer-encoding'] === undefined && /^\d{1,16}$/.test(stated)) return Number(stated);
  throw new StoreFault(
    411,
    'LengthRequired',
    'The request must state its length, and not be sent in chunks.',
  );
}

/** Where the bytes of a body go. */
interface Sink {
  readonly file: FileHandle;
  /** What the file holds before; the body goes behind it. */
  readonly from: Progress;
  /** Bytes of the body that are held already, and are passed over. */
  readonly skip: number;
}

/** What the file holds after. */
interface Received {
  readonly progress: Progress;
  /** Whether the body came to its end. The connection broke if it did not. */
  readonly whole: boolean;
}

/**
 * Writes a body to a file, with its CRC32, no faster than the disk takes it. What came of a body that breaks off is
 * written too.
 * @throws what the disk failed with; the request is then paused, and can still be answered
 */
export async function receive(request: IncomingMessage, { file, from, skip }: Sink): Promise<Received> {
  const writer = new BodyWriter(file, from.bytes);
  let { bytes, crc } = from;
  let passOver = skip;
  let whole = false;
  try {
    whole = await drain(request, (chunk) => {
      const fresh = passOver === 0 ? chunk : chunk.subarray(Math.min(passOver, chunk.length));
      passOver -= chunk.length - fresh.length;
      if (fresh.length === 0) return null;
      bytes += fresh.length;
      crc = runningCrc32(fresh, crc);
      return writer.add(fresh);
    });
  } finally {
    // Whatever happened: when this has ended, nothing is being written any more.
    await writer.end();
  }
  return { progress: { bytes, crc }, whole };
}

/** Hands on each chunk, and waits where it is told to. By events: iterating would close the connection on a failure. */
function drain(request: IncomingMessage, take: (chunk: Buffer) => Promise<void> | null): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const settle = (run: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      request.pause();
      run();
    };
    const onEnd = (): void => settle(() => resolve(true));
    // It comes after the end, so one that comes alone means that the body broke off.
    const onClose = (): void => settle(() => resolve(false));
    const onData = (chunk: Buffer): void => {
      const busy = take(chunk);
      if (busy === null) return;
      request.pause();
      busy.then(
        () => request.resume(),
        (error: unknown) => settle(() => reject(error)),
      );
    };
    request.on('error', () => undefined);
    request.on('data', onData).on('end', onEnd).on('close', onClose);
    if (request.destroyed) onClose();
  });
}

/** Writes a file from some offset on, in batches: one is being written while the next is gathered. */
class BodyWriter {
  readonly #file: FileHandle;
  #position: number;
  #batch: Uint8Array[] = [];
  #gathered = 0;
  #writing: Promise<void> | null = null;
  #unflushed = 0;
  #flushing: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(file: FileHandle, position: number) {
    this.#file = file;
    this.#position = position;
  }

  /** Takes bytes, which must not change any more. Answers what to wait for before the next, or null when there is room. */
  add(bytes: Uint8Array): Promise<void> | null {
    this.#batch.push(bytes);
    this.#gathered += bytes.length;
    if (this.#failure !== null) return Promise.reject(this.#failure.error);
    if (this.#gathered < WRITE_BATCH) return null;
    const before = this.#writing;
    if (before === null) {
      this.#start();
      return null;
    }
    return before.then(() => {
      this.#throwFailure();
      if (this.#writing === null) this.#start();
    });
  }

  /** Writes the rest. @throws what any write or flush failed with */
  async end(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
    if (this.#failure === null && this.#gathered > 0) {
      this.#start();
      await this.#writing;
    }
    await this.#flushing;
    this.#throwFailure();
  }

  #start(): void {
    const batch = this.#batch;
    const size = this.#gathered;
    this.#batch = [];
    this.#gathered = 0;
    this.#writing = this.#write(batch, size)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#writing = null;
      });
  }

  async #write(batch: readonly Uint8Array[], size: number): Promise<void> {
    const { bytesWritten } = await this.#file.writev([...batch], this.#position);
    if (bytesWritten < size) await this.#writeRest(Buffer.concat(batch), bytesWritten);
    this.#position += size;
    this.#unflushed += size;
    if (this.#unflushed < FLUSH_STRIDE || this.#flushing !== null) return;
    this.#unflushed = 0;
    this.#flushing = this.#file
      .datasync()
      .catch((error: unknown) => {
        // The system reports a failed flush once; the one at the end would not see it again.
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#flushing = null;
      });
  }

  /** After a short write, as a nearly full disk makes: the rest goes too, or fails with the reason. */
  async #writeRest(bytes: Uint8Array, from: number): Promise<void> {
    let done = from;
    while (done < bytes.length) {
      done += (await this.#file.write(bytes, done, bytes.length - done, this.#position + done)).bytesWritten;
    }
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
