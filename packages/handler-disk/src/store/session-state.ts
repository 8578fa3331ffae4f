import { join } from 'node:path';
import { type Refused, toHex } from '@mesibo-files/handler-core/provider';
import { z } from 'zod';
import { isErrno } from '../format/codes.ts';
import { type ObjectHead, parseJson } from '../format/metadata.ts';
import { createFile, namesIn, readSmall, writeFlushed } from './files.ts';
import { discardFolder, type Folder, newStaged } from './folder.ts';

/** The folder of a session. `id` is of 32 hex digits. */
export function sessionFolder({ staging }: Folder, id: string): string {
  return join(staging, `session-${id}`);
}

/** The ids of all sessions in a list of names. */
export function sessionIds(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => /^session-([0-9a-f]{32})$/.exec(name)?.[1] ?? []);
}

/*
 * A session's bytes are in one file, whose name is its state:
 *
 *   free-<bytes>-<crc>              so many bytes are held, of this CRC32; nobody writes
 *   held-<bytes>-<crc>-<writer>     somebody appends to them
 *   taken-<bytes>-<crc>-<writer>    somebody copies them, to go on where another writer is gone
 *   sealed-<writer>/                a folder with the whole file and what is known of it: an object but for its place
 *
 * A rename changes it, which the file system does at once and for one of all who try. So the name is the lock, with no
 * memory shared between processes; and what a crash leaves says how far it got, for bytes beyond it don't count.
 */

/** Bytes that are held, as the file's name states them. */
export interface Progress {
  readonly bytes: number;
  /** CRC32 of them. */
  readonly crc: number;
}

export type SessionState =
  | { readonly kind: 'free' | 'held' | 'taken'; readonly progress: Progress; readonly path: string }
  | { readonly kind: 'sealed'; readonly path: string }
  /** Its object was placed, or a crash in the middle of a crash lost its bytes. */
  | { readonly kind: 'over' };

/** Name of the file of a session with nothing in it. */
const FIRST_STATE: string = freeName({ bytes: 0, crc: 0 });

export function freeName(progress: Progress): string {
  return `free-${text(progress)}`;
}

/** `writer`: 16 random hex digits. */
export function heldName(kind: 'held' | 'taken', progress: Progress, writer: string): string {
  return `${kind}-${text(progress)}-${writer}`;
}

export function sealedName(writer: string): string {
  return `sealed-${writer}`;
}

/** Where an upload in one request waits: of several, that one came first whose folder gets this name. */
export const onlySealed: string = sealedName('0'.repeat(16));

function text({ bytes, crc }: Progress): string {
  return `${bytes}-${crc.toString(16).padStart(8, '0')}`;
}

const FILE = /^(free|held|taken)-(\d{1,16})-([0-9a-f]{8})(?:-[0-9a-f]{16})?$/;

const SEALED = /^sealed-[0-9a-f]{16}$/;

/** What a session has come to, or null when there is none. `objectName`: of the file in it once it is sealed. */
export async function sessionState(
  folder: Folder,
  id: string,
  objectName: string,
): Promise<SessionState | null> {
  const path = sessionFolder(folder, id);
  const names = await namesIn(folder.files, path);
  if (names === null) return null;
  for (const name of names.filter((each) => SEALED.test(each))) {
    const inside = await namesIn(folder.files, join(path, name));
    // One without the file was prepared by a writer that did not come to it.
    if (inside?.includes(objectName)) return { kind: 'sealed', path: join(path, name) };
  }
  for (const name of names) {
    const [, kind, bytes, crc] = FILE.exec(name) ?? [];
    if (kind !== 'free' && kind !== 'held' && kind !== 'taken') continue;
    const progress = { bytes: Number(bytes), crc: Number.parseInt(String(crc), 16) };
    return { kind, progress, path: join(path, name) };
  }
  return { kind: 'over' };
}

/** What a session was begun with. */
export interface SessionRecord {
  readonly format: 1;
  readonly key: string;
  /** Bytes of the file, or null while they are not known. */
  readonly size: number | null;
  /** The most bytes it takes. */
  readonly maxSize: number;
  readonly head: ObjectHead;
  /** The ticket, for whoever sweeps. */
  readonly ticket: string;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
}

const RECORD: z.ZodType<SessionRecord> = z.object({
  format: z.literal(1),
  key: z.string(),
  size: z.number().int().nonnegative().nullable(),
  maxSize: z.number().int().nonnegative(),
  head: z.object({
    contentType: z.string(),
    disposition: z.string().nullable(),
    cacheControl: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
  }),
  ticket: z.string(),
  begunAt: z.number(),
});

const RECORD_NAME = 'session.json';

/** Opens a session: it is there whole, or not at all. Nothing of it is flushed; one that a loss of power takes is begun anew. */
export async function createSession(folder: Folder, id: string, record: SessionRecord): Promise<void> {
  const staged = await newStaged(folder, 'new');
  await recordSession(folder, staged, record);
  await (await createFile(folder.files, join(staged, FIRST_STATE))).close();
  await folder.files.rename(staged, sessionFolder(folder, id));
}

/** Notes what a session is, in a folder that becomes its own. */
export async function recordSession(
  { files }: Pick<Folder, 'files'>,
  path: string,
  record: SessionRecord,
): Promise<void> {
  const handle = await createFile(files, join(path, RECORD_NAME));
  try {
    await handle.writeFile(JSON.stringify(record));
  } finally {
    await handle.close();
  }
}

/** What a session was begun with, or null when there is none. */
export async function readSession(folder: Folder, id: string): Promise<SessionRecord | null> {
  const text = await readSmall(folder.files, join(sessionFolder(folder, id), RECORD_NAME));
  return text === null ? null : parseJson(RECORD, text);
}

const REFUSED_NAME = 'refused.json';

const REFUSED: z.ZodType<Refused> = z.object({
  state: z.literal('refused'),
  code: z.enum([
    'size-mismatch',
    'digest-mismatch',
    'type-refused',
    'object-exists',
    'file-too-large',
    'forbidden',
  ]),
  reason: z.string(),
});

/**
 * Marks a session as refused, and then takes away what waits in it. The mark stays until a sweep.
 * @returns whether there was such a session
 */
export async function refuseSession(folder: Folder, id: string, why: Refused): Promise<boolean> {
  const { files } = folder;
  const path = sessionFolder(folder, id);
  const written = join(path, `mark-${toHex(folder.random.bytes(8))}`);
  try {
    await writeFlushed(files, written, JSON.stringify(why));
    await files.rename(written, join(path, REFUSED_NAME));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
  const kept = [RECORD_NAME, REFUSED_NAME];
  for (const name of (await namesIn(files, path)) ?? []) {
    if (!kept.includes(name)) await discardFolder(folder, join(path, name));
  }
  return true;
}

/** Why a session was refused, or null. */
export async function readRefused(folder: Folder, id: string): Promise<Refused | null> {
  const text = await readSmall(folder.files, join(sessionFolder(folder, id), REFUSED_NAME));
  return text === null ? null : parseJson(REFUSED, text);
}
