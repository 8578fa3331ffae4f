import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MINUTE, SECOND, toHex } from '@mesibo-files/handler-core/provider';
import { isErrno, StoreFault } from '../format/codes.ts';
import type { ObjectRecord } from '../format/metadata.ts';
import type { DiskContext } from './context.ts';
import { FLUSH_STRIDE, openReal, syncFolder } from './files.ts';
import { discardFolder, FOLDER_MODE, type Folder } from './folder.ts';
import { stageRecord } from './objects.ts';
import {
  freeName,
  heldName,
  onlySealed,
  type Progress,
  readSession,
  type SessionState,
  sealedName,
  sessionFolder,
} from './session-state.ts';

/**
 * A session that another process writes to is taken from it when nothing was written for so long, in milliseconds. It
 * is safe at any time (see `takeOver`), but costs a copy.
 */
const TAKE_OVER_AFTER: number = 3 * SECOND;

/** The same for one that is just being copied. */
const COPY_WITHIN: number = 10 * MINUTE;

/** The right to append to a session, which one writer has. */
export interface Hold {
  /** Random; stands in the names. */
  readonly writer: string;
  /** Of the file, as long as the right is had. */
  readonly path: string;
  /** What was held when it was taken. */
  readonly progress: Progress;
}

type Unsealed = Exclude<SessionState, { kind: 'sealed' | 'over' }>;

/**
 * Takes a session to append to it.
 * @param now - milliseconds since 1970, to judge by whether another writer is gone
 * @throws StoreFault `SessionBusy` while another has it
 */
export async function holdSession(folder: Folder, state: Unsealed, now: number): Promise<Hold> {
  const writer = toHex(folder.random.bytes(8));
  if (state.kind !== 'free') return takeOver(folder, state, writer, now);
  const { progress } = state;
  const path = join(dirname(state.path), heldName('held', progress, writer));
  await renamed(folder, state.path, path);
  return { writer, path, progress };
}

/** Opens what is held, without the bytes beyond that a writer before may have left. */
export async function openHeld({ files }: Folder, { path, progress }: Hold): Promise<FileHandle> {
  const handle = await openReal(files, path, 'both');
  try {
    await handle.truncate(progress.bytes);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Gives a session back with what it holds now. */
export async function releaseSession(folder: Folder, hold: Hold, progress: Progress): Promise<void> {
  await renamed(folder, hold.path, join(dirname(hold.path), freeName(progress)));
}

/** Whether a writer should flush before it gives back, so that the end does not have to flush it all. */
export function crossesStride(before: Progress, after: Progress): boolean {
  return Math.floor(before.bytes / FLUSH_STRIDE) !== Math.floor(after.bytes / FLUSH_STRIDE);
}

/**
 * Ends a session whose bytes are all there, verified and flushed: nobody can append any more, and it waits for its
 * commit. Who lost the session meanwhile seals nothing, for the file has another name then.
 */
export async function sealSession(
  folder: Folder,
  hold: Hold,
  objectName: string,
  record: ObjectRecord,
): Promise<void> {
  const sealed = join(dirname(hold.path), sealedName(hold.writer));
  await folder.files.mkdir(sealed, { mode: FOLDER_MODE }).catch(gone);
  await stageRecord(folder, sealed, record);
  await renamed(folder, hold.path, join(sealed, objectName));
}

/**
 * Puts the bytes of an upload in one request aside until its commit: a staged folder, complete and flushed. Answers false
 * when others have come already.
 * @throws StoreFault 404 when the upload is over
 */
export async function sealUpload(folder: Folder, id: string, staged: string): Promise<boolean> {
  const { files } = folder;
  const path = sessionFolder(folder, id);
  await syncFolder(files, staged);
  try {
    await files.rename(staged, join(path, onlySealed));
  } catch (error) {
    if (isErrno(error, 'ENOTEMPTY', 'EEXIST', 'EPERM')) return false;
    if (!isErrno(error, 'ENOENT')) throw error;
    throw new StoreFault(404, 'NoSuchUpload', 'This upload is over: it was committed, refused or discarded.');
  }
  await syncFolder(files, path);
  return true;
}

/** Removes a session whose bytes are not those of its file; but not one that somebody else has taken meanwhile. */
export async function spoilSession(folder: Folder, hold: Hold): Promise<void> {
  const session = dirname(hold.path);
  await renamed(folder, hold.path, join(session, `spoilt-${hold.writer}`));
  await discardFolder(folder, session);
}

/** Renames what must be there. @throws StoreFault `SessionBusy` when another was quicker, or the session is gone */
async function renamed({ files }: Folder, from: string, to: string): Promise<void> {
  await files.rename(from, to).catch(gone);
}

function gone(error: unknown): never {
  if (!isErrno(error, 'ENOENT')) throw error;
  throw new StoreFault(503, 'SessionBusy', 'Another request took the session.', {
    headers: { 'retry-after': '1' },
  });
}

type Held = Extract<SessionState, { kind: 'free' | 'held' | 'taken' }>;

/**
 * Takes a session from a writer of which nothing was heard: its process was killed, or it runs on a machine that hangs.
 * It may come back and write on into the file that it has open. So the bytes are copied, and the copy goes on: what it
 * writes then is in no file that anyone will see. File systems that can do so share the blocks.
 * @throws StoreFault `SessionBusy` while the writer may well be at work
 */
async function takeOver(folder: Folder, state: Held, writer: string, now: number): Promise<Hold> {
  const { files } = folder;
  const { progress } = state;
  const inFolder = (name: string): string => join(dirname(state.path), name);
  const taken = inFolder(heldName('taken', progress, writer));
  const copy = inFolder(`copy-${writer}`);
  const held = inFolder(heldName('held', progress, writer));
  try {
    const { mtimeMs, ctimeMs } = await files.stat(state.path);
    const patience = state.kind === 'taken' ? COPY_WITHIN : TAKE_OVER_AFTER;
    if (Math.abs(now - Math.max(mtimeMs, ctimeMs)) < patience) throw busy();
    await files.rename(state.path, taken);
    await files.copyFile(taken, copy, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    // Proves that nobody took it again meanwhile.
    await files.rename(taken, inFolder(`left-${writer}`));
    await files.rename(copy, held);
    await files.rm(inFolder(`left-${writer}`), { force: true });
  } catch (error) {
    throw isErrno(error, 'ENOENT') ? busy() : error;
  }
  return { writer, path: held, progress };
}

function busy(): StoreFault {
  return new StoreFault(503, 'SessionBusy', 'Another request writes to the session.', {
    headers: { 'retry-after': '1' },
  });
}

/** Ends a session, if it is of this key, and removes what it holds. Answers nothing: that it is gone is as good. */
export async function discardSession(context: DiskContext, id: string, key: string): Promise<void> {
  const folder = await context.folder();
  const record = await readSession(folder, id);
  if (record === null || record.key !== key) return;
  await context.busy.evict(id);
  await discardFolder(folder, sessionFolder(folder, id));
}
