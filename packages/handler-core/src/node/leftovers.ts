import { basename, join } from 'node:path';
import { type Machine, thisMachine } from './file-system.ts';
import { createExclusively, isAtWork, readNote, TEMPORARY, TemporaryNames } from './part-note.ts';

/** A folder is swept by itself once, at the first download into it, and again after so many milliseconds. */
export const SWEPT_EVERY: number = 24 * 60 * 60 * 1000;

/** When folders were swept, by machine: a process has one, and a simulation has many. */
const sweptAt = new WeakMap<Machine, Map<string, number>>();

/** Sweeps a folder in the background, unless this process has done so lately. */
export function sweepNowAndThen(folder: string, now: number, machine: Machine = thisMachine): void {
  const swept = sweptAt.get(machine) ?? new Map<string, number>();
  sweptAt.set(machine, swept);
  const last = swept.get(folder);
  if (last !== undefined && Math.abs(now - last) < SWEPT_EVERY) return;
  swept.set(folder, now);
  sweepFolder(folder, SWEPT_EVERY, machine).catch(() => undefined);
}

/**
 * Removes temporary files that nobody has touched for so many milliseconds, unless their note names a process that is, or
 * may be, at work on them. Answers how many files.
 */
export async function sweepFolder(
  folder: string,
  olderThan: number,
  machine: Machine = thisMachine,
): Promise<number> {
  const { files } = machine;
  const now = await timeOf(folder, machine);
  const old: string[] = [];
  for await (const { name } of await files.opendir(folder)) {
    if (!TEMPORARY.test(name)) continue;
    const stats = await files.lstat(join(folder, name)).catch(() => null);
    if (stats !== null && !stats.isDirectory() && now - stats.mtimeMs > olderThan) old.push(name);
  }
  const inUse = new Set<string>();
  for (const name of old.filter((each) => each.endsWith('.kept'))) {
    const note = await readNote(machine, join(folder, name));
    if (note === null || !(await isAtWork(machine, note))) continue;
    inUse.add(name);
    inUse.add(basename(note.part));
  }
  let removed = 0;
  for (const name of old.filter((each) => !inUse.has(each))) {
    await files.rm(join(folder, name), { force: true }).then(
      () => {
        removed += 1;
      },
      () => undefined,
    );
  }
  return removed;
}

/** The time by which a folder's files are dated: the file system may be another machine's, and the device's clock wrong. */
async function timeOf(folder: string, machine: Machine): Promise<number> {
  const probe = new TemporaryNames(machine, join(folder, 'sweep'), '').fresh('claim');
  const handle = await createExclusively(machine, probe);
  try {
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close().catch(() => undefined);
    await machine.files.rm(probe, { force: true }).catch(() => undefined);
  }
}
