import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno, StoreFault } from '../format/codes.ts';
import { type ObjectRecord, readRecord, writeRecord } from '../format/metadata.ts';
import { type ObjectPath, objectPath } from '../format/paths.ts';
import { checkReal, openReal, readKnown, readSmall, syncFolder, writeFlushed } from './files.ts';
import { checkThere, discardFolder, FOLDER_MODE, type Folder } from './folder.ts';
import { sessionState } from './session-state.ts';

/*
 * An object is a folder of its own, which holds the file and what is known of it. It is made complete and flushed in the
 * staging folder, and comes into its place by one rename: both appear in the same instant, or not at all. A folder can't
 * be renamed onto one that holds something, so nothing is ever overwritten, whoever races. With a file and another beside
 * it there would be a moment with only one of them, and a rename of a file overwrites.
 */

/** What is kept of an object, or null when there is none. */
export async function findObject(folder: Folder, key: string): Promise<ObjectRecord | null> {
  const path = objectPath(folder.objects, key);
  if (path === null) return null;
  const at = join(path.folder, RECORD_NAME);
  const again = folder.records.has(at) ? await findAgain(folder, path.folder, at) : null;
  if (again !== null) return again;
  const read = await readKnown(folder.files, at);
  if (read === null) {
    await checkThere(folder);
    return null;
  }
  if (!(await isReal(folder, path.folder))) return null;
  const record = readRecord(read.text);
  if (record.key !== key) return null;
  folder.records.keep(at, read.stats, record);
  return record;
}

/** A record that was read before, if its file is still the very same, and still where it was. */
async function findAgain(folder: Folder, path: string, at: string): Promise<ObjectRecord | null> {
  try {
    const [stats, real] = await Promise.all([folder.files.lstat(at), folder.files.realpath(path)]);
    return real === path ? folder.records.find(at, stats) : null;
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

/** An object, opened. Whoever opened it reads on, whatever becomes of the object. */
export interface OpenObject {
  readonly record: ObjectRecord;
  readonly handle: FileHandle;
}

/**
 * Opens an object's bytes, or answers null when there is none. The caller closes it. `version`: one that was found just
 * now, and need not be looked for again.
 */
export async function openObject(
  folder: Folder,
  key: string,
  version: string | null = null,
): Promise<OpenObject | null> {
  const path = objectPath(folder.objects, key);
  const known =
    path === null || version === null ? null : folder.records.peek(join(path.folder, RECORD_NAME));
  const record = known !== null && known.version === version ? known : await findObject(folder, key);
  if (record === null || path === null) return null;
  try {
    const handle = await openReal(folder.files, join(path.folder, path.name), 'read');
    return { record, handle };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

/** A file of another size than was stored is damaged, and is not served. @throws StoreFault `DiskFailure` */
export async function checkSize({ handle, record }: OpenObject): Promise<void> {
  const { size } = await handle.stat();
  if (size !== record.size) throw new StoreFault(500, 'DiskFailure', 'The file on the disk is damaged.');
}

/** The same of an upload that waits for its commit. */
export async function openWaiting(folder: Folder, id: string, key: string): Promise<OpenObject | null> {
  const name = nameOf(folder, key);
  const state = await sessionState(folder, id, name);
  if (state?.kind !== 'sealed') return null;
  try {
    const record = await readSealed(folder, state.path);
    if (record === null || record.key !== key) return null;
    return { record, handle: await openReal(folder.files, join(state.path, name), 'read') };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Writes what is known of an object into its staged folder, flushed. */
export async function stageRecord({ files }: Folder, staged: string, record: ObjectRecord): Promise<void> {
  await writeFlushed(files, join(staged, RECORD_NAME), writeRecord(record));
}

/**
 * Puts a staged folder in its place. The file and the record in it must have been flushed. Answers false when there is something already. It lasts when this has ended.
 * @throws an error `ENOENT` when the folder is gone: somebody else has placed or removed it
 */
export async function placeObject(folder: Folder, staged: string, key: string): Promise<boolean> {
  await checkThere(folder);
  return await put(folder, staged, key, () => syncFolder(folder.files, staged));
}

/** The same of a folder that was flushed itself, by who has just made it. */
export async function placeFlushed(folder: Folder, staged: string, key: string): Promise<boolean> {
  return await put(folder, staged, key, async () => undefined);
}

async function put(
  folder: Folder,
  staged: string,
  key: string,
  flush: () => Promise<void>,
): Promise<boolean> {
  const { files } = folder;
  const path = pathOf(folder, key);
  await makeFolders(folder, path.above);
  await flush();
  try {
    await files.rename(staged, path.folder);
  } catch (error) {
    if (isErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) return false;
    // Windows calls it so when there is something.
    if (isErrno(error, 'EPERM') && (await readSmall(files, join(path.folder, RECORD_NAME))) !== null)
      return false;
    throw error;
  }
  await folder.flushes.flush(dirname(path.folder));
  return true;
}

/** Removes an object. Answers whether there was one. */
export async function removeObject(folder: Folder, key: string): Promise<boolean> {
  if ((await findObject(folder, key)) === null) return false;
  const path = pathOf(folder, key);
  const removed = await discardFolder(folder, path.folder);
  if (removed) await folder.flushes.flush(dirname(path.folder));
  return removed;
}

/** The name under which an object's bytes are in its folder. @throws StoreFault for what is no key of this store */
export function nameOf(folder: Folder, key: string): string {
  return pathOf(folder, key).name;
}

function pathOf(folder: Folder, key: string): ObjectPath {
  const path = objectPath(folder.objects, key);
  if (path === null) throw new StoreFault(400, 'InvalidRequest', 'This is no key of this store.');
  return path;
}

/** Makes these folders, each in the one before, where they are missing, and makes that last. */
async function makeFolders(folder: Folder, paths: readonly string[]): Promise<void> {
  const last = paths.at(-1);
  if (last === undefined || (await isReal(folder, last))) return;
  for (const path of paths) await makeFolder(folder, path);
}

async function makeFolder({ files }: Folder, path: string): Promise<void> {
  try {
    await files.mkdir(path, { mode: FOLDER_MODE });
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    return checkReal(files, path);
  }
  await syncFolder(files, dirname(path));
}

/** Whether there is such a folder. @throws StoreFault `FolderDenied` where a symbolic link leads to it */
async function isReal({ files }: Folder, path: string): Promise<boolean> {
  try {
    await checkReal(files, path);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Name of the file that it is in. No object's own name begins with a dot. */
const RECORD_NAME = '.object.json';

/** The record in a folder that waits for its place, or null when it is there no more. */
export async function readSealed(
  { files }: Pick<Folder, 'files'>,
  path: string,
): Promise<ObjectRecord | null> {
  const text = await readSmall(files, join(path, RECORD_NAME));
  return text === null ? null : readRecord(text);
}
