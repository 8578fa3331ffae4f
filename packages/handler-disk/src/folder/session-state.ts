import { join } from 'node:path';
import type { Folder } from './folder.ts';
import { namesIn } from './real-files.ts';
import { sessionFolder } from './session-folder.ts';

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
export const FIRST_STATE: string = freeName({ bytes: 0, crc: 0 });

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
