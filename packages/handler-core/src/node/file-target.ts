import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { TransferError } from '../errors/transfer-error.ts';
import type { Target } from '../ports/files.ts';
import { writingError } from './file-errors.ts';
import { type FileSystem, nodeFileSystem, type OpenFile } from './file-system.ts';
import { WriteBack } from './write-back.ts';

/**
 * Opens a temporary file beside the target: `.mesibo-<hash>.part`, and while it can be continued `.mesibo-<hash>.kept`
 * with the number of bytes that are whole. The hash is of target and resume key, so another version begins anew.
 */
export async function openFileTarget(
  path: string,
  resumeKey: string | null,
  files: FileSystem = nodeFileSystem,
): Promise<Target> {
  try {
    const existing = await files.stat(path, { bigint: true }).catch((error) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (existing?.isDirectory() === true) {
      throw new TransferError('target-not-writable', `${JSON.stringify(path)} is a directory`);
    }
    const hash = createHash('sha256')
      .update(`${path}\n${resumeKey ?? ''}`)
      .digest('hex')
      .slice(0, 24);
    const base = join(dirname(path), `.mesibo-${hash}`);
    const kept = resumeKey === null ? 0 : await keptBytes(files, `${base}.kept`);
    const handle = await files.open(`${base}.part`, kept > 0 ? 'r+' : 'w+').catch((error) => {
      if (kept > 0 && error.code === 'ENOENT') return null;
      throw error;
    });
    if (handle === null) return new FileTarget(files, path, base, await files.open(`${base}.part`, 'w+'), 0);
    const size = Number((await handle.stat({ bigint: true })).size);
    return new FileTarget(files, path, base, handle, kept <= size ? kept : 0);
  } catch (error) {
    throw writingError(error, path);
  }
}

/** Copies a file beside the target, flushes it, and moves it into place. */
export async function copyToTarget(
  from: string,
  to: string,
  files: FileSystem = nodeFileSystem,
): Promise<void> {
  const hash = createHash('sha256').update(`${from}\n${to}`).digest('hex').slice(0, 24);
  const beside = join(dirname(to), `.mesibo-${hash}.copy`);
  try {
    await files.copyFile(from, beside);
    const handle = await files.open(beside, 'r+');
    await handle.sync().finally(() => handle.close());
    await files.rename(beside, to);
  } catch (error) {
    await files.rm(beside, { force: true });
    throw writingError(error, to);
  }
}

async function keptBytes(files: FileSystem, path: string): Promise<number> {
  const text = await files.readFile(path, 'utf8').catch(() => '');
  return /^\d{1,16}$/.test(text) ? Number(text) : 0;
}

class FileTarget implements Target {
  readonly kept: number;
  readonly #files: FileSystem;
  readonly #path: string;
  readonly #base: string;
  readonly #handle: OpenFile;
  readonly #writeBack: WriteBack;
  #noted: number;
  #noting: Promise<void> = Promise.resolve();
  #writing: Promise<void> = Promise.resolve();

  constructor(files: FileSystem, path: string, base: string, handle: OpenFile, kept: number) {
    this.#files = files;
    this.#path = path;
    this.#base = base;
    this.#handle = handle;
    this.#writeBack = new WriteBack(handle);
    this.kept = kept;
    this.#noted = kept;
  }

  /** One write at a time: several would only wait for the file's lock, and burn a core doing so. */
  write(offset: number, bytes: Uint8Array): Promise<void> {
    const written = this.#writing.then(() => this.#write(offset, bytes));
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #write(offset: number, bytes: Uint8Array): Promise<void> {
    try {
      let written = 0;
      while (written < bytes.length) {
        const left = bytes.length - written;
        written += (await this.#handle.write(bytes, written, left, offset + written)).bytesWritten;
      }
      this.#writeBack.wrote(bytes.length);
    } catch (error) {
      throw writingError(error, this.#path);
    }
  }

  async read(offset: number, buffer: Uint8Array): Promise<number> {
    try {
      return (await this.#handle.read(buffer, 0, buffer.length, offset)).bytesRead;
    } catch (error) {
      throw writingError(error, this.#path);
    }
  }

  /** A note that can't be written costs only the continuation, so it fails silently. */
  keep(upTo: number): Promise<void> {
    if (upTo > this.#noted) {
      this.#noted = upTo;
      this.#noting = this.#noting
        .then(() => this.#files.writeFile(`${this.#base}.kept`, String(upTo), { mode: 0o600 }))
        .catch(() => undefined);
    }
    return this.#noting;
  }

  async commit(path: string): Promise<void> {
    try {
      await this.#noting;
      await this.#writeBack.end();
      await this.#handle.sync();
      await this.#handle.close();
      await move(this.#files, `${this.#base}.part`, path);
      await this.#files.rm(`${this.#base}.kept`, { force: true });
      await syncFolder(this.#files, dirname(path));
    } catch (error) {
      throw writingError(error, path);
    }
  }

  async close(keep: boolean): Promise<void> {
    await this.#noting;
    await this.#handle.close().catch(() => undefined);
    if (keep && this.#noted > 0) return;
    await this.#files.rm(`${this.#base}.part`, { force: true });
    await this.#files.rm(`${this.#base}.kept`, { force: true });
  }
}

/** Renames; onto another file system it copies, and then renames there. */
async function move(files: FileSystem, from: string, to: string): Promise<void> {
  try {
    await files.rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    await copyToTarget(from, to, files);
    await files.rm(from, { force: true });
  }
}

/** Makes the rename itself survive a crash; some file systems can't, and then it is as safe as they make it. */
async function syncFolder(files: FileSystem, folder: string): Promise<void> {
  const handle = await files.open(folder, 'r').catch(() => null);
  if (handle === null) return;
  await handle
    .sync()
    .catch(() => undefined)
    .finally(() => handle.close());
}
