import { lstat, opendir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isAtWork, readNote, TEMPORARY } from './part-note.ts';

/** A folder is swept by itself once, at the first download into it, and again after so many milliseconds. */
export const SWEPT_EVERY: number = 24 * 60 * 60 * 1000;

const sweptAt = new Map<string, number>();

/** Sweeps a folder in the background, unless this process has done so lately. */
export function sweepNowAndThen(folder: string, now: number): void {
  const last = sweptAt.get(folder);
  if (last !== undefined && Math.abs(now - last) < SWEPT_EVERY) return;
  sweptAt.set(folder, now);
  sweepFolder(folder, SWEPT_EVERY, now).catch(() => undefined);
}

/**
 * Removes temporary files that nobody has touched for so many milliseconds, unless their note names a process that is, or
 * may be, at work on them. Answers how many files.
 */
export async function sweepFolder(folder: string, olderThan: number, now: number): Promise<number> {
  const old: string[] = [];
  for await (const { name } of await opendir(folder)) {
    if (!TEMPORARY.test(name)) continue;
    const stats = await lstat(join(folder, name)).catch(() => null);
    if (stats !== null && !stats.isDirectory() && now - stats.mtimeMs > olderThan) old.push(name);
  }
  const inUse = new Set<string>();
  for (const name of old.filter((each) => each.endsWith('.kept'))) {
    const note = await readNote(join(folder, name));
    if (note === null || !(await isAtWork(note))) continue;
    inUse.add(name);
    inUse.add(basename(note.part));
  }
  let removed = 0;
  for (const name of old.filter((each) => !inUse.has(each))) {
    await rm(join(folder, name), { force: true }).then(
      () => {
        removed += 1;
      },
      () => undefined,
    );
  }
  return removed;
}
