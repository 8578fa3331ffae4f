import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/** A process, told from all others: also from a later one with its number, and from those of other containers and hosts. */
export interface ProcessIdentity {
  /** Name of the host, and its machine id where there is one. */
  readonly host: string;
  /** Changes at each start of the system. Null where it can't be known. */
  readonly boot: string | null;
  /** Which numbers of processes are meant: a container has its own. Null where there is but one kind. */
  readonly numbers: string | null;
  readonly pid: number;
  /** When it started, in ticks since the system's start. Null where it can't be known. */
  readonly started: string | null;
}

let own: Promise<ProcessIdentity> | undefined;

/** This process. */
export function thisProcess(): Promise<ProcessIdentity> {
  own ??= identify();
  return own;
}

async function identify(): Promise<ProcessIdentity> {
  const [machine, boot, numbers, started] = await Promise.all([
    text('/etc/machine-id'),
    text('/proc/sys/kernel/random/boot_id'),
    readlink('/proc/self/ns/pid').catch(() => null),
    startOf(process.pid),
  ]);
  return { host: `${hostname()} ${machine ?? ''}`.trim(), boot, numbers, pid: process.pid, started };
}

/**
 * Whether a process is dead for certain. False for what can't be judged from here: a process of another host or
 * container, or one whose number is in use where the system does not tell since when (all but Linux).
 */
export async function isDead(other: ProcessIdentity): Promise<boolean> {
  const self = await thisProcess();
  if (other.host !== self.host) return false;
  if (other.boot !== self.boot) return other.boot !== null && self.boot !== null;
  if (other.numbers !== self.numbers) return false;
  if (!exists(other.pid)) return true;
  const started = await startOf(other.pid);
  return started !== null && other.started !== null && started !== other.started;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Any other refusal is one by a process that is there.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** The 22nd field of Linux's `stat`; the second, the program's name, may hold blanks and brackets. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await text(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

async function text(path: string): Promise<string | null> {
  return readFile(path, 'utf8').then(
    (content) => content.trim(),
    () => null,
  );
}
