import type { OpenFile } from './file-system.ts';

/**
 * After so many bytes the disk is set to work, so that the flush at the end has little left to do. With more, a fast
 * disk stands idle between two flushes; a slow one decides the pace by itself, for there is one flush at a time.
 */
export const STRIDE: number = 16 * 1024 * 1024;

/** Flushes a file now and then while it is being written, without waiting for it. */
export class WriteBack {
  readonly #handle: OpenFile;
  #unflushed = 0;
  #flushing: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(handle: OpenFile) {
    this.#handle = handle;
  }

  /** Counts more bytes that were written. */
  wrote(bytes: number): void {
    this.#unflushed += bytes;
    if (this.#unflushed >= STRIDE && this.#flushing === null) void this.#flush();
  }

  /** Waits until what was written before is on the disk. @throws what any flush so far failed with */
  async flushed(): Promise<void> {
    // A flush that is running may have begun before the last write.
    await this.#flushing;
    await this.#flush();
    this.#check();
  }

  /** @throws what any flush so far failed with */
  async end(): Promise<void> {
    await this.#flushing;
    this.#check();
  }

  #flush(): Promise<void> {
    this.#unflushed = 0;
    this.#flushing ??= this.#handle
      .datasync()
      .catch((error: unknown) => {
        // The system reports a failed flush once; the one at the end would not see it again.
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#flushing = null;
      });
    return this.#flushing;
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
