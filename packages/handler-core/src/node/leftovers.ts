import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Machine, thisMachine } from './file-system.ts';
import { createExclusively, isAtWork, readNote, TEMPORARY, TemporaryNames } from './part-note.ts';

/** A folder is swept by itself once, at the first download into it, and again after so many milliseconds. */
const SWEPT_EVERY: number = 24 * 60 * 60 * 1000;

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
  const names: string[] = [];
  const old = new Set<string>();
  /** What somebody may be at work on, or is taking over right now: all that is of one target and version. */
  const spared = new Set<string>();
  for await (const { name } of await files.opendir(folder)) {
    if (!TEMPORARY.test(name)) continue;
    const stats = await files.lstat(join(folder, name)).catch(() => null);
    // A note that vanishes while the folder is read is being renamed: somebody takes over what it is about.
    if (stats === null && /\.(kept|claim)$/.test(name)) spared.add(tagOf(name));
    if (stats === null || stats.isDirectory()) continue;
    names.push(name);
    if (now - stats.mtimeMs > olderThan) old.add(name);
  }
  for (const name of names) {
    if (name.endsWith('.claim')) {
      const note = await readNote(machine, join(folder, name));
      if (note !== null || !(await isThere(machine, folder, name))) spared.add(tagOf(name));
    }
    if (!name.endsWith('.kept')) continue;
    const claim = old.has(name) ? await claimAbandoned(machine, folder, name) : null;
    if (claim === null) spared.add(tagOf(name));
    else old.add(claim);
    old.delete(name);
  }
  const abandoned = [...old].filter((name) => name.endsWith('.claim') || !spared.has(tagOf(name)));
  let removed = 0;
  for (const name of abandoned) {
    // Without a note nobody can take it over any more; a note that came meanwhile is of somebody at work.
    if (!name.endsWith('.claim') && (await isNoted(machine, folder, name))) continue;
    await files.rm(join(folder, name), { force: true }).then(
      () => {
        removed += 1;
      },
      () => undefined,
    );
  }
  return removed;
}

/** Whether somebody may be at work on what a temporary file is of. */
function isNoted(machine: Machine, folder: string, name: string): Promise<boolean> {
  return isThere(machine, folder, `${tagOf(name)}.kept`);
}

function isThere({ files }: Machine, folder: string, name: string): Promise<boolean> {
  return files.lstat(join(folder, name)).then(
    () => true,
    () => false,
  );
}

/** Which target and version a temporary file is of: the first part of its name. */
function tagOf(name: string): string {
  return name.slice(0, `.mesibo-${'0'.repeat(24)}`.length);
}

/**
 * Takes a note away that nobody is at work on, so that nobody takes over what it is about while that is removed. Answers
 * the name that it has now; null: somebody is at work, or was quicker.
 */
async function claimAbandoned(machine: Machine, folder: string, name: string): Promise<string | null> {
  const { files } = machine;
  const claim = `${tagOf(name)}-${randomBytes(8).toString('hex')}.claim`;
  const [from, to] = [join(folder, name), join(folder, claim)];
  const seen = await readNote(machine, from);
  if (seen !== null && (await isAtWork(machine, seen))) return null;
  const claimed = await files.rename(from, to).then(
    () => true,
    () => false,
  );
  if (!claimed) return null;
  const note = await readNote(machine, to);
  if (note === null || !(await isAtWork(machine, note))) return claim;
  await files.rename(to, from).catch(() => undefined);
  return null;
}

/** The time by which a folder's files are dated: the file system may be another machine's, and the device's clock wrong. */
async function timeOf(folder: string, machine: Machine): Promise<number> {
  const probe = new TemporaryNames(machine, join(folder, 'sweep'), '').fresh('part');
  const handle = await createExclusively(machine, probe);
  try {
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close().catch(() => undefined);
    await machine.files.rm(probe, { force: true }).catch(() => undefined);
  }
}
