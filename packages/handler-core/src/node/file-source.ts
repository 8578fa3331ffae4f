import { basename } from 'node:path';
import { TransferError } from '../errors/transfer-error.ts';
import type { Source, SourceFacts, Unchanged } from '../ports/ports.ts';
import { readingError } from './file-errors.ts';
import { type ExactFileStats, type FileSystem, type OpenFile, thisMachine } from './file-system.ts';

/** Looks at a regular file without opening it. */
export async function lookAtFile(path: string, files: FileSystem = thisMachine.files): Promise<SourceFacts> {
  try {
    const stats = await files.stat(path, { bigint: true });
    if (!stats.isFile())
      throw new TransferError('file-not-a-file', `${JSON.stringify(path)} is no regular file`);
    return factsOf(path, stats);
  } catch (error) {
    throw readingError(error, path);
  }
}

/** Opens a regular file for reading. It is looked at before it is opened: opening a named pipe would wait for a writer. */
export async function openFileSource(path: string, files: FileSystem = thisMachine.files): Promise<Source> {
  try {
    await lookAtFile(path, files);
    const handle = await files.open(path, 'r');
    return new FileSource(files, path, handle, await handle.stat({ bigint: true }));
  } catch (error) {
    throw readingError(error, path);
  }
}

class FileSource implements Source {
  readonly facts: SourceFacts;
  readonly replayable = true;
  readonly #files: FileSystem;
  readonly #path: string;
  readonly #handle: OpenFile;
  readonly #changedAt: bigint;

  constructor(files: FileSystem, path: string, handle: OpenFile, stats: ExactFileStats) {
    this.#files = files;
    this.#path = path;
    this.#handle = handle;
    this.#changedAt = stats.ctimeNs;
    this.facts = factsOf(path, stats);
  }

  async read(offset: number, buffer: Uint8Array): Promise<number> {
    try {
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await this.#handle.read(
          buffer,
          filled,
          buffer.length - filled,
          offset + filled,
        );
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled;
    } catch (error) {
      throw readingError(error, this.#path);
    }
  }

  async unchanged(): Promise<Unchanged> {
    const now = await this.#files.stat(this.#path, { bigint: true }).catch(() => null);
    if (now === null || fingerprint(now) !== this.facts.fingerprint) return false;
    // Nobody can put this time back. But a new mode or another link sets it, too.
    return now.ctimeNs === this.#changedAt ? true : 'read-again';
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function factsOf(path: string, stats: ExactFileStats): SourceFacts {
  return { size: Number(stats.size), fingerprint: fingerprint(stats), name: basename(path) };
}

function fingerprint(stats: ExactFileStats): string {
  return `${stats.size}-${stats.mtimeNs}-${stats.ino}`;
}
