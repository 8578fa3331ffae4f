import { type FileHandle, open, readdir, stat, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TransferError } from '@mesibo-files/handler-core';
import { KIB, MINUTE } from '@mesibo-files/handler-core/provider';
import { Refusal } from '../http/refusal.ts';
import type { FilePart } from './file-part.ts';

/** Bytes written at once. */
const WRITE_SIZE = 256 * KIB;

const NAME = /^mesibo-files-[0-9a-f-]{36}\.upload$/;

/** A file that waits for its fields. */
export interface Spooled {
  readonly file: FileHandle;
  /** Bytes. */
  readonly size: number;
  /** Closes it; it is then gone. */
  close(): Promise<void>;
}

/** Temporary files, bounded over all uploads. A file has no name from the moment it is open, so nothing outlives the process. */
export class Spool {
  readonly #directory: string;
  #used = 0;
  #swept: Promise<void> | null = null;

  constructor(directory: string = tmpdir()) {
    this.#directory = directory;
  }

  /** Bytes in all temporary files. */
  get used(): number {
    return this.#used;
  }

  /**
   * Takes a whole file in. `most`: bytes for all files at once.
   * @throws `Refusal` `too-many-uploads` when they would be more; `disk-full`, `file-io`
   */
  async take(part: FilePart, most: number): Promise<Spooled> {
    this.#swept ??= sweep(this.#directory);
    await this.#swept;
    const file = await openNameless(this.#directory);
    let size = 0;
    const close = async (): Promise<void> => {
      this.#used -= size;
      size = 0;
      await file.close();
    };
    try {
      const buffer = Buffer.allocUnsafeSlow(WRITE_SIZE);
      for (let ended = false; !ended; ) {
        const filled = await part.fill(buffer);
        size += filled;
        this.#used += filled;
        if (this.#used > most) throw full();
        await write(file, buffer.subarray(0, filled));
        ended = filled < buffer.length;
      }
      return { file, size, close };
    } catch (error) {
      await close();
      throw error;
    }
  }
}

async function openNameless(directory: string): Promise<FileHandle> {
  const path = join(directory, `mesibo-files-${crypto.randomUUID()}.upload`);
  try {
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return file;
  } catch (cause) {
    throw failed(cause, 'opened');
  }
}

async function write(file: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
  } catch (cause) {
    throw failed(cause, 'written');
  }
}

function failed(cause: unknown, done: string): TransferError {
  const { code } = cause as NodeJS.ErrnoException;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new TransferError(full ? 'disk-full' : 'file-io', `a temporary file can not be ${done}`, { cause });
}

function full(): Refusal {
  const reason = 'Too many files wait for the fields that come after them.';
  return new Refusal('too-many-uploads', reason, { 'retry-after': '10' });
}

/** Removes what a process left that was killed between opening a file and taking its name away. */
async function sweep(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((one) => NAME.test(one))) {
    const path = join(directory, name);
    // A younger one may be another process's, about to lose its name by itself.
    const old = await stat(path).then(
      ({ mtimeMs }) => mtimeMs < Date.now() - MINUTE,
      () => false,
    );
    if (old) await unlink(path).catch(() => undefined);
  }
}
