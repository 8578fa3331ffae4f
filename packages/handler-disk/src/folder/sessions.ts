import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toHex } from '@mesibo-files/handler-core';
import { FLUSH_STRIDE } from '../limits.ts';
import { isErrno, StoreFault } from '../store-fault.ts';
import { FOLDER_MODE, type Folder } from './folder.ts';
import type { ObjectRecord } from './object-record.ts';
import { stageRecord } from './objects.ts';
import { openReal, syncFolder } from './real-files.ts';
import { sessionFolder } from './session-folder.ts';
import { freeName, heldName, type Progress, type SessionState, sealedName } from './session-state.ts';
import { takeOver } from './take-over.ts';
import { discardFolder } from './trash.ts';

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

/** Which of several requests of one upload came first is decided by the name: a folder is never renamed onto a full one. */
const ONLY_WRITER = '0'.repeat(16);

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
    await files.rename(staged, join(path, sealedName(ONLY_WRITER)));
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
