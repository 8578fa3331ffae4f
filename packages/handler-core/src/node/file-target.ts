import { constants } from 'node:fs';
import { basename, dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { TransferError } from '../errors/transfer-error.ts';
import type { Stretch, Target, TargetOptions } from '../ports/ports.ts';
import { keptOf, withStretch } from '../ports/stretches.ts';
import { writingError } from './file-errors.ts';
import { type FileSystem, type Machine, type OpenFile, thisMachine } from './file-system.ts';
import {
  claimNote,
  createExclusively,
  isAtWork,
  isOwn,
  type NotedStretch,
  openOwn,
  readNote,
  TemporaryNames,
  writeNote,
} from './part-note.ts';
import { STRIDE, WriteBack } from './write-back.ts';

/** A note is written after so many milliseconds, or {@link STRIDE} bytes: a crash loses what came since. */
const NOTED_EVERY = 1000;
/** The most gaps in a note. More would make it long, and forgetting one costs one request at most. */
const MOST_STRETCHES = 1000;

/**
 * Opens a temporary file beside the target, `.mesibo-<hash>-<random>.part`, which belongs to this run alone. While it can
 * be continued, `.mesibo-<hash>.kept` names it, what is flushed of it, and the process that is at work on it. The hash is
 * of target and resume key. What an earlier run left is taken over only when that run ended, or its process is dead for
 * certain.
 */
export async function openFileTarget(
  path: string,
  resumeKey: string | null,
  options: TargetOptions = {},
  machine: Machine = thisMachine,
): Promise<Target> {
  try {
    const existing = await machine.files.stat(path).catch((error) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (existing?.isDirectory() === true) {
      throw new TransferError('target-not-writable', `${JSON.stringify(path)} is a directory`);
    }
    const names = new TemporaryNames(machine, path, resumeKey ?? '');
    const prove = options.prove ?? false;
    const shared = { path, names, resumable: resumeKey !== null, prove };
    const found = resumeKey === null ? null : await takeOver(names, prove);
    if (found !== null) return new FileTarget({ ...shared, ...found });
    const part = names.fresh('part');
    return new FileTarget({ ...shared, part, handle: await createExclusively(machine, part), ...FRESH });
  } catch (error) {
    throw writingError(error, path);
  }
}

/** Copies a file beside the target, flushes it, and moves it into place. */
async function copyToTarget(machine: Machine, from: string, to: string): Promise<void> {
  const { files } = machine;
  const beside = new TemporaryNames(machine, to, from).fresh('copy');
  try {
    await files.copyFile(from, beside, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const handle = await files.open(beside, 'r+');
    await handle.sync().finally(() => handle.close());
    await files.rename(beside, to);
  } catch (error) {
    await files.rm(beside, { force: true });
    throw writingError(error, to);
  }
}

const FRESH = { stretches: [], noted: false } as const;

/** A temporary file that is open. */
interface OpenPart {
  readonly part: string;
  readonly handle: OpenFile;
  /** What an earlier run left in it. */
  readonly stretches: readonly NotedStretch[];
  /** The note beside it is this run's. */
  readonly noted: boolean;
}

async function takeOver(names: TemporaryNames, prove: boolean): Promise<OpenPart | null> {
  const note = await claimNote(names);
  if (note === null) return null;
  const part = names.part(note.part);
  if (part === null) {
    await names.machine.files.rm(names.note, { force: true });
    return null;
  }
  const handle = await openOwn(names.machine, part, constants.O_RDWR);
  if (handle === null) {
    // It is gone, or somebody's: its name in this folder goes, never what a link leads to.
    for (const path of [part, names.note]) {
      await names.machine.files.rm(path, { force: true }).catch(() => undefined);
    }
    return null;
  }
  try {
    const { size } = await handle.stat();
    const whole = note.stretches.filter(({ end }) => end <= size);
    const stretches = prove ? await proven(handle, whole) : whole;
    // Bytes that were written and not noted count for nothing.
    await handle.truncate(Math.max(0, ...stretches.map(({ end }) => end)));
    return { part, handle, stretches, noted: true };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Those whose bytes are still what the note says. */
async function proven(
  handle: OpenFile,
  stretches: readonly NotedStretch[],
): Promise<readonly NotedStretch[]> {
  const found: NotedStretch[] = [];
  const buffer = new Uint8Array(1024 * 1024);
  for (const stretch of stretches) {
    if (stretch.crc === null) continue;
    let crc = 0;
    let at = stretch.first;
    while (at < stretch.end) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, stretch.end - at), at);
      if (bytesRead === 0) break;
      crc = crc32(buffer.subarray(0, bytesRead), crc);
      at += bytesRead;
    }
    if (at === stretch.end && crc === stretch.crc) found.push(stretch);
  }
  return found;
}

/** Works out what proves the bytes of a file while they are written: a CRC for each stretch that was written in order. */
class Proofs {
  readonly #byEnd: Map<number, NotedStretch>;

  constructor(stretches: readonly NotedStretch[]) {
    this.#byEnd = new Map(stretches.map((stretch) => [stretch.end, stretch]));
  }

  get stretches(): readonly NotedStretch[] {
    return [...this.#byEnd.values()];
  }

  wrote(first: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const end = first + bytes.length;
    for (const other of this.#byEnd.values()) {
      if (other.first < end && other.end > first) this.#byEnd.delete(other.end);
    }
    const before = this.#byEnd.get(first);
    this.#byEnd.delete(first);
    const crc = crc32(bytes, before?.crc ?? 0);
    this.#byEnd.set(end, { first: before?.first ?? first, end, crc });
  }
}

interface FileTargetFacts extends OpenPart {
  readonly path: string;
  readonly names: TemporaryNames;
  readonly resumable: boolean;
  readonly prove: boolean;
}

class FileTarget implements Target {
  readonly kept: number;
  readonly keptBeyond: readonly Stretch[];
  readonly #facts: FileTargetFacts;
  readonly #writeBack: WriteBack;
  readonly #proofs: Proofs | null;
  #kept: readonly Stretch[];
  /** The end of what was written. */
  #size: number;
  #writing: Promise<void> = Promise.resolve();
  #unnoted = 0;
  #notedAt: number;
  #noting: Promise<void> | null = null;
  #noted: boolean;
  #flushed: Promise<void> | null = null;
  #committed = false;

  constructor(facts: FileTargetFacts) {
    this.#facts = facts;
    const { handle, stretches, prove, names, noted } = facts;
    this.#writeBack = new WriteBack(handle);
    this.#proofs = prove ? new Proofs(stretches) : null;
    this.#kept = stretches.reduce<readonly Stretch[]>(withStretch, []);
    this.#size = Math.max(0, ...stretches.map(({ end }) => end));
    this.#notedAt = names.machine.clock.monotonic();
    this.#noted = noted;
    const { kept, keptBeyond } = keptOf(this.#kept);
    this.kept = kept;
    this.keptBeyond = keptBeyond;
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
        const { handle } = this.#facts;
        written += (await handle.write(bytes, written, left, offset + written)).bytesWritten;
      }
      this.#size = Math.max(this.#size, offset + bytes.length);
      this.#proofs?.wrote(offset, bytes);
      this.#writeBack.wrote(bytes.length);
    } catch (error) {
      throw writingError(error, this.#facts.path);
    }
  }

  async read(offset: number, buffer: Uint8Array): Promise<number> {
    try {
      return (await this.#facts.handle.read(buffer, 0, buffer.length, offset)).bytesRead;
    } catch (error) {
      throw writingError(error, this.#facts.path);
    }
  }

  async keep(upTo: number, first = 0): Promise<void> {
    const before = bytesIn(this.#kept);
    this.#kept = withStretch(this.#kept, { first, end: upTo });
    this.#unnoted += bytesIn(this.#kept) - before;
    const now = this.#facts.names.machine.clock.monotonic();
    if (this.#noting !== null || this.#unnoted === 0) return;
    if (this.#unnoted < STRIDE && now - this.#notedAt < NOTED_EVERY) return;
    this.#notedAt = now;
    this.#noting = this.#note(true)
      .catch(() => undefined)
      .finally(() => {
        this.#noting = null;
      });
  }

  /** Notes what is on the disk by then. A note that can't be written costs only the continuation. */
  async #note(atWork: boolean): Promise<void> {
    const { resumable, names, part } = this.#facts;
    if (!resumable) return;
    this.#unnoted = 0;
    const stretches = this.#proofs?.stretches ?? this.#kept.map((each) => ({ ...each, crc: null }));
    await this.#writeBack.flushed();
    if (!this.#noted) {
      const other = await readNote(names.machine, names.note);
      // Somebody else fetches the same to the same place: that one goes on later, this one would not be found.
      if (other !== null && (await isAtWork(names.machine, other)))
        throw new Error('somebody else is at work');
    }
    const owner = atWork ? await names.machine.self() : null;
    await writeNote(names, { part: basename(part), owner, stretches: stretches.slice(0, MOST_STRETCHES) });
    this.#noted = true;
  }

  async freeSpace(): Promise<number | null> {
    const { part, names } = this.#facts;
    const facts = await names.machine.files.statfs?.(part).catch(() => null);
    return facts === null || facts === undefined ? null : facts.bavail * facts.bsize;
  }

  async copy(path: string): Promise<void> {
    await this.#writing;
    await this.#checkUntouched(path);
    await copyToTarget(this.#facts.names.machine, this.#facts.part, path);
  }

  async commit(path: string): Promise<void> {
    try {
      this.#flushed ??= this.#flush();
      await this.#flushed;
      await this.#checkUntouched(path);
      await move(this.#facts.names.machine, this.#facts.part, path);
      this.#committed = true;
    } catch (error) {
      throw writingError(error, path);
    }
    await this.#facts.handle.close().catch(() => undefined);
    await this.#removeNote();
    await syncFolder(this.#facts.names.machine.files, dirname(path));
  }

  async #flush(): Promise<void> {
    await this.#writing;
    await this.#noting;
    await this.#writeBack.end();
    await this.#facts.handle.sync();
  }

  /** Moves exactly the verified file into place: the one that this run wrote, with the length that it wrote. */
  async #checkUntouched(path: string): Promise<void> {
    const { part, handle, names } = this.#facts;
    const [named, opened] = await Promise.all([names.machine.files.lstat(part), handle.stat()]);
    const same = named.ino === opened.ino && named.dev === opened.dev && isOwn(opened);
    if (same && opened.size === this.#size) return;
    throw new TransferError(
      'file-io',
      `writing ${JSON.stringify(path)}: somebody else changed its temporary file`,
    );
  }

  async close(keep: boolean): Promise<void> {
    const { handle, part, resumable } = this.#facts;
    if (this.#committed) return;
    await this.#writing;
    await this.#noting;
    const left = keep && resumable && this.#kept.length > 0;
    const noted =
      left &&
      (await this.#note(false).then(
        () => true,
        () => false,
      ));
    await handle.close().catch(() => undefined);
    if (noted) return;
    await this.#facts.names.machine.files.rm(part, { force: true });
    await this.#removeNote();
  }

  async #removeNote(): Promise<void> {
    const { names, part } = this.#facts;
    if (!this.#noted) return;
    const { machine } = names;
    const note = await readNote(machine, names.note);
    if (note?.part === basename(part))
      await machine.files.rm(names.note, { force: true }).catch(() => undefined);
  }
}

function bytesIn(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { first, end }) => sum + end - first, 0);
}

/** Renames; onto another file system it copies, and then renames there. */
async function move(machine: Machine, from: string, to: string): Promise<void> {
  try {
    await machine.files.rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    await copyToTarget(machine, from, to);
    await machine.files.rm(from, { force: true });
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
