import { join } from 'node:path';
import { toHex } from '@mesibo-files/handler-core';
import { isErrno } from '../store-fault.ts';
import type { Folder } from './folder.ts';

/**
 * Removes a folder in one step, as far as anyone can see: it is renamed away, and then deleted. Of what stays after a
 * crash nothing is found any more, and a sweep deletes it. Answers whether there was one.
 */
export async function discardFolder(folder: Folder, path: string): Promise<boolean> {
  const { files, random, staging } = folder;
  const trash = join(staging, `trash-${toHex(random.bytes(16))}`);
  try {
    await files.rename(path, trash);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
  await files.rm(trash, { recursive: true, force: true });
  return true;
}

/** The same where a failure before is what counts: what can't be removed now is left to a sweep. */
export async function discardQuietly(folder: Folder, path: string): Promise<void> {
  await discardFolder(folder, path).catch(() => undefined);
}
