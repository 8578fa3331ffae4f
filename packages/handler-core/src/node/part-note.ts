import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Stretch } from '../ports/ports.ts';
import type { FileStats, Machine, OpenFile } from './file-system.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** A stretch of a temporary file that was written and flushed. */
export interface NotedStretch extends Stretch {
  /** CRC-32 of its bytes, where the note must prove them; else null. */
  readonly crc: number | null;
}

/** What stands beside a temporary file that another attempt may continue. */
export interface PartNote {
  /** Name of the temporary file, in the same folder. */
  readonly part: string;
  /** The process at work on it; null: none, because an attempt ended in good order. */
  readonly owner: ProcessIdentity | null;
  readonly stretches: readonly NotedStretch[];
}

/** Names of temporary files: `.mesibo-<of what>-<random>.<kind>`; a note has no random part, or nobody would find it. */
export const TEMPORARY: RegExp = /^\.mesibo-[0-9a-f]{24}(-[0-9a-f]{16})?\.(part|kept|copy|note|claim)$/;
/** A note has some tens of bytes for each gap of a download, and a download has as many gaps as lanes. */
const MOST_BYTES = 1024 * 1024;
/** Never follow a link that somebody planted. Windows has no such flag, and gives links to administrators only. */
const NO_LINK = constants.O_NOFOLLOW ?? 0;

/** The file that names of temporary files are made of: its path, and what is being written. */
export class TemporaryNames {
  readonly machine: Machine;
  readonly folder: string;
  readonly #tag: string;

  constructor(machine: Machine, path: string, key: string) {
    this.machine = machine;
    this.folder = dirname(path);
    this.#tag = createHash('sha256').update(`${path}\n${key}`).digest('hex').slice(0, 24);
  }

  get note(): string {
    return join(this.folder, `.mesibo-${this.#tag}.kept`);
  }

  /** A path that nobody can guess. */
  fresh(kind: 'part' | 'copy' | 'note' | 'claim'): string {
    return join(this.folder, `.mesibo-${this.#tag}-${randomBytes(8).toString('hex')}.${kind}`);
  }

  /** The path of a part that a note names; null when no such part was ever made here. */
  part(name: string): string | null {
    const ours = TEMPORARY.test(name) && name.startsWith(`.mesibo-${this.#tag}-`) && name.endsWith('.part');
    return ours ? join(this.folder, name) : null;
  }
}

/** Makes a file that was not there before, for reading and writing. */
export function createExclusively({ files }: Machine, path: string, mode = 0o666): Promise<OpenFile> {
  return files.open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | NO_LINK, mode);
}

/** Opens a file of ours that is reached by this one name. Null: there is none, or it is somebody else's. */
export async function openOwn({ files }: Machine, path: string, flags: number): Promise<OpenFile | null> {
  const handle = await files.open(path, flags | NO_LINK).catch(() => null);
  if (handle === null) return null;
  const stats = await handle.stat().catch(() => null);
  if (stats !== null && isOwn(stats)) return handle;
  await handle.close();
  return null;
}

/** A regular file, with one name, of this user. */
export function isOwn(stats: FileStats): boolean {
  return stats.isFile() && stats.nlink === 1 && (process.geteuid?.() ?? stats.uid) === stats.uid;
}

/** Reads a note. Null: there is none, or what is there is no note of ours. */
export async function readNote(machine: Machine, path: string): Promise<PartNote | null> {
  const handle = await openOwn(machine, path, constants.O_RDONLY);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    return size > MOST_BYTES ? null : parseNote(await handle.readFile('utf8'));
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

/** Writes a note, whole or not at all. */
export async function writeNote(names: TemporaryNames, note: PartNote): Promise<void> {
  const { files } = names.machine;
  const beside = names.fresh('note');
  try {
    const handle = await createExclusively(names.machine, beside, 0o600);
    await handle.writeFile(formatNote(note)).finally(() => handle.close());
    await files.rename(beside, names.note);
  } catch (error) {
    await files.rm(beside, { force: true });
    throw error;
  }
}

/** Whether somebody is, or may be, at work on what a note is about. */
export async function isAtWork(machine: Machine, note: PartNote): Promise<boolean> {
  return note.owner !== null && !(await machine.isDead(note.owner));
}

/**
 * Takes over what a note is about, from an attempt that ended or whose process is dead for certain. Of several who try,
 * one gets it. Null: there is nothing to be had.
 */
export async function claimNote(names: TemporaryNames): Promise<PartNote | null> {
  const { machine } = names;
  const { files } = machine;
  const seen = await readNote(machine, names.note);
  if (seen !== null && (await isAtWork(machine, seen))) return null;
  const claim = names.fresh('claim');
  const claimed = await files.rename(names.note, claim).then(
    () => readNote(machine, claim),
    () => null,
  );
  // Between the look and the claim somebody else may have claimed it, and begun.
  if (claimed !== null && (await isAtWork(machine, claimed))) {
    await files.rename(claim, names.note).catch(() => undefined);
    return null;
  }
  if (claimed !== null) {
    // At once, so that a crash from here on does not lose it.
    await writeNote(names, { ...claimed, owner: await machine.self() }).catch(() => undefined);
  }
  await files.rm(claim, { force: true });
  return claimed;
}

function formatNote({ part, owner, stretches }: PartNote): string {
  return JSON.stringify({
    version: 1,
    part,
    owner,
    stretches: stretches.map(({ first, end, crc }) => [first, end, crc]),
  });
}

/** Trusts nothing: the file may be cut off, or somebody's. */
function parseNote(text: string): PartNote | null {
  const value: unknown = JSON.parse(text);
  if (!isFields(value) || value.version !== 1 || typeof value.part !== 'string') return null;
  const { part, owner, stretches } = value;
  if (owner !== null && !isOwner(owner)) return null;
  if (!Array.isArray(stretches) || !stretches.every(isStretch)) return null;
  return { part, owner, stretches: stretches.map(([first, end, crc]) => ({ first, end, crc })) };
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isOwner(value: unknown): value is ProcessIdentity {
  return (
    isFields(value) &&
    typeof value.host === 'string' &&
    [value.boot, value.numbers, value.started].every((each) => each === null || typeof each === 'string') &&
    Number.isSafeInteger(value.pid) &&
    Number(value.pid) > 0
  );
}

function isStretch(value: unknown): value is readonly [number, number, number | null] {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [first, end, crc] = value;
  return [first, end, crc ?? 0].every((each) => Number.isSafeInteger(each) && each >= 0) && first < end;
}
