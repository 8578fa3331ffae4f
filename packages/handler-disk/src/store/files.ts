import { constants, type Stats } from 'node:fs';
import {
  copyFile,
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { MIB } from '@mesibo-files/handler-core/provider';
import { isErrno, StoreFault } from '../format/codes.ts';

/** What the store needs of `node:fs/promises`, so that tests can make a disk fail, or stop in the middle. */
export interface FileSystem {
  readonly copyFile: typeof copyFile;
  readonly lstat: typeof lstat;
  readonly mkdir: typeof mkdir;
  readonly open: typeof open;
  readonly readdir: typeof readdir;
  readonly realpath: typeof realpath;
  readonly rename: typeof rename;
  readonly rm: typeof rm;
  readonly stat: typeof stat;
}

/** The real one. */
export const nodeFileSystem: FileSystem = {
  copyFile,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
};

/** Only the owner may read what the store makes. */
const FILE_MODE = 0o600;

/** Windows has no such flag, and asks for a privilege to make a link. */
const NO_FOLLOW: number = constants.O_NOFOLLOW ?? 0;

/** Refuses a folder that is reached through a symbolic link, which may lead anywhere. */
export async function checkReal(files: FileSystem, folder: string): Promise<void> {
  if ((await files.realpath(folder)) === folder) return;
  throw new StoreFault(500, 'FolderDenied', 'A symbolic link is in the way, and none is followed.');
}

/** Opens a file that is there, for reading or for both, but no symbolic link. */
export function openReal(files: FileSystem, path: string, access: 'read' | 'both'): Promise<FileHandle> {
  return files.open(path, (access === 'read' ? constants.O_RDONLY : constants.O_RDWR) | NO_FOLLOW);
}

/** Creates a file that must not be there. */
export function createFile(files: FileSystem, path: string): Promise<FileHandle> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
  return files.open(path, flags, FILE_MODE);
}

/** Creates a small file, and flushes it. */
export async function writeFlushed(files: FileSystem, path: string, text: string): Promise<void> {
  const handle = await createFile(files, path);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The text of a small file, or null where there is none. */
export async function readSmall(files: FileSystem, path: string): Promise<string | null> {
  return await opened(files, path, (handle) => handle.readFile('utf8'));
}

/** The same, and what tells the file from any other. */
export async function readKnown(
  files: FileSystem,
  path: string,
): Promise<{ readonly text: string; readonly stats: Stats } | null> {
  return await opened(files, path, async (handle) => {
    const stats = await handle.stat();
    return { text: await handle.readFile('utf8'), stats };
  });
}

async function opened<Answer>(
  files: FileSystem,
  path: string,
  read: (handle: FileHandle) => Promise<Answer>,
): Promise<Answer | null> {
  let handle: FileHandle;
  try {
    handle = await openReal(files, path, 'read');
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) return null;
    throw error;
  }
  try {
    return await read(handle);
  } finally {
    await handle.close();
  }
}

/** Makes what was renamed or created in a folder last through a loss of power. Windows can't, and needs it not. */
export async function syncFolder(files: FileSystem, folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await files.open(folder, constants.O_RDONLY | NO_FOLLOW);
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems of networks and of user space refuse this on a folder.
    if (!isErrno(error, 'EINVAL', 'ENOTSUP', 'ENOSYS')) throw error;
  } finally {
    await handle.close();
  }
}

/** The names in a folder, or null where there is none. */
export async function namesIn(files: FileSystem, folder: string): Promise<readonly string[] | null> {
  try {
    return await files.readdir(folder);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

/** After so many bytes the disk is set to work, so that the flush at the end has little left to do. */
export const FLUSH_STRIDE: number = 64 * MIB;
