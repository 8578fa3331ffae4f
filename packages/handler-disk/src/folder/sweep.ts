import { join } from 'node:path';
import { isErrno } from '../store-fault.ts';
import type { Folder } from './folder.ts';
import { namesIn } from './real-files.ts';
import { discardFolder } from './trash.ts';

/**
 * Removes what crashes left, and uploads in which nothing moved for so long (milliseconds).
 * @returns how many it removed
 */
export async function sweepStaging(folder: Folder, olderThan: number, now: number): Promise<number> {
  let removed = 0;
  for (const name of (await namesIn(folder.files, folder.staging)) ?? []) {
    const path = join(folder.staging, name);
    const changed = await lastChange(folder, path);
    if (changed === null || now - changed <= olderThan) continue;
    if (await discardFolder(folder, path)) removed += 1;
  }
  return removed;
}

/** When a folder or anything in it last changed, or null when it is gone. */
async function lastChange({ files }: Folder, path: string): Promise<number | null> {
  try {
    const names = await files.readdir(path);
    const facts = await Promise.all(
      [path, ...names.map((name) => join(path, name))].map((each) => files.lstat(each)),
    );
    return Math.max(...facts.map(({ mtimeMs }) => mtimeMs));
  } catch (error) {
    // It is at work this very moment, or it is no folder; neither is ours to remove.
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}
