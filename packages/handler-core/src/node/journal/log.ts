import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalRecords } from '../../journal/records.ts';
import { codeOf } from './folder.ts';
import { lineOf } from './lines.ts';

/** How long after a write the log is flushed to the disk, in milliseconds. One flush covers all writes until then. */
const FLUSH_AFTER = 1000;
/** A log may be so many bytes longer than twice its records before it is written anew. */
const SLACK = 1024 * 1024;
/** After a failure nothing is tried for so many milliseconds: a full disk is not written to for every note. */
const REST = 1000;
/** Lines are written in pieces of some so many characters. */
const PIECE = 256 * 1024;

interface Waiting {
  readonly line: string;
  readonly lasting: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The log of one writer: changes are appended, several in one write, and flushed together a moment later. When it is
 * much longer than what it says, it is written anew from the records, beside its place, and renamed. So it is after a
 * write that failed, for its last line may be torn.
 */
export class JournalLog {
  readonly path: string;
  readonly #folder: string;
  readonly #beside: string;
  readonly #records: JournalRecords;
  #handle: FileHandle | null = null;
  /** The file can't be appended to: it is written anew. */
  #stale = false;
  #failure: { readonly error: unknown; readonly until: number } | null = null;
  #bytes = 0;
  #limit = 0;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | null = null;
  #flush: NodeJS.Timeout | null = null;

  constructor(folder: string, id: string, suffix: string, records: JournalRecords) {
    this.#folder = folder;
    this.path = join(folder, `${id}${suffix}`);
    this.#beside = join(folder, `${id}.new`);
    this.#records = records;
  }

  /**
   * Writes a line; the records must say already what it says. Resolves when the system has it; when the disk has it, if it
   * is to be lasting.
   */
  append(line: string, lasting = false): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, lasting, resolve, reject });
      this.#draining ??= this.#drain().finally(() => {
        this.#draining = null;
      });
    });
  }

  /** Says that the writer lives, where nothing else can. */
  async touch(): Promise<void> {
    const now = new Date();
    await this.#handle?.utimes(now, now).catch(() => undefined);
  }

  /** Writes everything anew, and flushes it: what was taken into the records from elsewhere is safe then. */
  rewrite(): Promise<void> {
    this.#stale = true;
    return this.append('');
  }

  async #rewrite(): Promise<void> {
    await this.#release();
    const handle = await open(this.#beside, 'w', 0o600);
    try {
      this.#bytes = await writeAll(handle, this.#records);
      await handle.datasync();
      await rename(this.#beside, this.path);
    } catch (error) {
      await handle.close().catch(() => undefined);
      await rm(this.#beside, { force: true }).catch(() => undefined);
      throw error;
    }
    this.#handle = handle;
    this.#stale = false;
    this.#limit = 2 * this.#bytes + SLACK;
    await syncFolder(this.#folder);
  }

  /** Flushes, and closes the file; with no records left it is removed. */
  async close(): Promise<void> {
    await this.#draining;
    if (this.#handle !== null) await this.#handle.datasync();
    await this.#release();
    if (this.#records.list().length === 0) await rm(this.path, { force: true });
  }

  async #drain(): Promise<void> {
    // Records that are asked for together are written together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(batch.map(({ line }) => line).join(''));
        if (batch.some(({ lasting }) => lasting)) await this.#handle?.datasync();
        for (const { resolve } of batch) resolve();
        this.#failure = null;
      } catch (error) {
        this.#stale = true;
        if (this.#failure === null || performance.now() >= this.#failure.until)
          this.#failure = { error, until: performance.now() + REST };
        for (const { reject } of batch) reject(error);
      }
    }
  }

  async #write(text: string): Promise<void> {
    if (this.#failure !== null && performance.now() < this.#failure.until) throw this.#failure.error;
    if (this.#handle === null || this.#stale || this.#bytes > this.#limit) return this.#rewrite();
    const bytes = Buffer.from(text);
    await writeWhole(this.#handle, bytes);
    this.#bytes += bytes.length;
    this.#flush ??= setTimeout(() => void this.#flushNow(), FLUSH_AFTER).unref();
  }

  async #flushNow(): Promise<void> {
    this.#flush = null;
    const handle = this.#handle;
    if (handle === null) return;
    try {
      await handle.datasync();
      if (await isAt(handle, this.path)) return;
    } catch (error) {
      // It was written anew meanwhile, which flushes.
      if (codeOf(error) === 'EBADF' || this.#handle !== handle) return;
    }
    // Not flushed; or somebody took this log for a dead one's, while the machine slept: the next line makes a new one.
    if (this.#handle === handle) this.#stale = true;
  }

  async #release(): Promise<void> {
    if (this.#flush !== null) clearTimeout(this.#flush);
    this.#flush = null;
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close().catch(() => undefined);
  }
}

async function writeAll(handle: FileHandle, records: JournalRecords): Promise<number> {
  let written = 0;
  let text = '';
  const write = async (): Promise<void> => {
    const bytes = Buffer.from(text);
    text = '';
    await writeWhole(handle, bytes);
    written += bytes.length;
  };
  for (const { slices, ...facts } of records.list()) {
    text += lineOf({ put: { ...facts, slices: [] } });
    for (const slice of slices) {
      text += lineOf({ note: facts.transferId, slice, at: facts.updatedAt });
      if (text.length > PIECE) await write();
    }
  }
  await write();
  return written;
}

/** A write may take less than it was given, before it says why. */
async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at);
    at += bytesWritten;
  }
}

async function isAt(handle: FileHandle, path: string): Promise<boolean> {
  const [mine, there] = await Promise.all([handle.stat(), stat(path).catch(() => null)]);
  return there !== null && there.ino === mine.ino && there.dev === mine.dev;
}

/** Makes a rename last through a loss of power. Windows can't do it, and needs it not. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Some file systems refuse this on a folder; the file itself is flushed.
  }
}
