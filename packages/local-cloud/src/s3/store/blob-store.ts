import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Segment } from './types.ts';

const writeBatchBytes = 1024 * 1024;
const readChunkBytes = 512 * 1024;

/**
 * Immutable files of bytes, counted by who uses them: an object, a part, a copy or a download under way. A file goes
 * when its last user does, so a download goes on while its object is overwritten.
 */
export class BlobStore {
  readonly #incoming: string;
  readonly #blobs: string;
  readonly #users = new Map<string, number>();

  constructor(directory: string) {
    this.#incoming = join(directory, 'incoming');
    this.#blobs = join(directory, 'blobs');
  }

  async prepare(): Promise<void> {
    await mkdir(this.#incoming, { recursive: true });
    await mkdir(this.#blobs, { recursive: true });
  }

  /** Writes all of `body` and gives it one user; leaves nothing behind if `body` throws. */
  async write(body: AsyncIterable<Uint8Array>): Promise<Segment> {
    const blob = randomUUID();
    const incoming = join(this.#incoming, blob);
    const file = await open(incoming, 'wx');
    try {
      const size = await writeAll(file, body);
      await file.close();
      await rename(incoming, join(this.#blobs, blob));
      this.#users.set(blob, 1);
      return { blob, size };
    } catch (error) {
      await file.close();
      await rm(incoming, { force: true });
      throw error;
    }
  }

  retain(segments: readonly Segment[]): void {
    for (const { blob } of segments) this.#users.set(blob, (this.#users.get(blob) ?? 0) + 1);
  }

  async release(segments: readonly Segment[]): Promise<void> {
    for (const { blob } of segments) {
      const users = (this.#users.get(blob) ?? 0) - 1;
      if (users > 0) {
        this.#users.set(blob, users);
        continue;
      }
      this.#users.delete(blob);
      await rm(join(this.#blobs, blob), { force: true });
    }
  }

  /** Bytes `first` to `last` (inclusive) of the segments laid end to end; retains them while it reads. */
  async *read(segments: readonly Segment[], first: number, last: number): AsyncGenerator<Uint8Array> {
    this.retain(segments);
    try {
      let offset = 0;
      for (const segment of segments) {
        const start = Math.max(first - offset, 0);
        const end = Math.min(last - offset, segment.size - 1);
        offset += segment.size;
        if (start > end) continue;
        yield* createReadStream(join(this.#blobs, segment.blob), {
          start,
          end,
          highWaterMark: readChunkBytes,
        });
      }
    } finally {
      await this.release(segments);
    }
  }
}

/** One write is under way while the next batch is gathered. */
const writeAll = async (file: FileHandle, body: AsyncIterable<Uint8Array>): Promise<number> => {
  let size = 0;
  let batch: Uint8Array[] = [];
  let batchBytes = 0;
  let writing: Promise<void> = Promise.resolve();
  let failure: unknown;
  const flush = async (): Promise<void> => {
    await writing;
    if (failure !== undefined) throw failure;
    const chunks = batch;
    batch = [];
    batchBytes = 0;
    writing = writeBatch(file, chunks).catch((error: unknown) => {
      failure = error;
    });
  };
  try {
    for await (const chunk of body) {
      size += chunk.length;
      batch.push(chunk);
      batchBytes += chunk.length;
      if (batchBytes >= writeBatchBytes) await flush();
    }
    if (batchBytes > 0) await flush();
  } finally {
    await writing;
  }
  if (failure !== undefined) throw failure;
  return size;
};

const writeBatch = async (file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> => {
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const { bytesWritten } = await file.writev([...chunks]);
  if (bytesWritten === total) return;
  // A short write, as a nearly full disk makes: the rest goes in one piece, or fails with the reason.
  await file.writeFile(Buffer.concat(chunks).subarray(bytesWritten));
};
