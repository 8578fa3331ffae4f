import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type { FileSystem } from './file-system.ts';

/** Makes a rename last through a loss of power. Windows can't do it, and needs it not. */
async function syncFolder(files: FileSystem, folder: string): Promise<void> {
  try {
    const handle = await files.open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Some file systems refuse this on a folder; the file itself is flushed.
  }
}

/**
 * Writes a file whole or not at all: beside its place, flushed, and renamed. Only its owner may read it. A crash can
 * leave a file beside it whose name ends in `.tmp`.
 */
export async function writeAtomically(files: FileSystem, path: string, text: string): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await files.open(beside, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await files.rename(beside, path);
  } catch (error) {
    await files.rm(beside, { force: true });
    throw error;
  }
  await syncFolder(files, dirname(path));
}
