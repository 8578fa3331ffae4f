import type { FileHandle } from 'node:fs/promises';
import { FLUSH_STRIDE, WRITE_BATCH } from '../limits.ts';

/** Writes a file from some offset on, in batches: one is being written while the next is gathered. */
export class BodyWriter {
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
