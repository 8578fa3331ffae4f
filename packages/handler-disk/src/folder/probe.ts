import { join } from 'node:path';
import { type Folder, newStaged } from './folder.ts';
import { syncFolder, writeFlushed } from './real-files.ts';
import { discardFolder, discardQuietly } from './trash.ts';

/** Proves that files can be made, flushed and removed, by doing it. */
export async function probe(folder: Folder): Promise<void> {
  const staged = await newStaged(folder, 'probe');
  try {
    await writeFlushed(folder.files, join(staged, 'file'), 'Is this disk writable?');
    await syncFolder(folder.files, staged);
    await discardFolder(folder, staged);
  } catch (error) {
    await discardQuietly(folder, staged);
    throw error;
  }
}
