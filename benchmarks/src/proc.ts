import { readFileSync } from 'node:fs';

/** Of the kernel's clock in which /proc counts; the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** The numbers of /proc/PID/stat after the name, from the state on. */
function stat(pid: number | 'self'): readonly number[] | null {
  const text = read(`/proc/${pid}/stat`);
  return text === null
    ? null
    : text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
}

const sum = (numbers: readonly (number | undefined)[]): number =>
  numbers.reduce<number>((total, number) => total + (number ?? 0), 0);

/** CPU seconds of this process's children that have ended, in steps of 10 ms; 0 where there is no /proc. */
export function childrenCpu(): number {
  return sum((stat('self') ?? []).slice(13, 15)) / TICKS_PER_SECOND;
}

/** CPU seconds of a process and of its children, ended or not; null where there is no /proc. */
export function familyCpu(pid: number): number | null {
  const own = stat(pid);
  if (own === null) return null;
  const children = (read(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter((text) => text !== '');
  const running = children.flatMap((child) => (stat(Number(child)) ?? []).slice(11, 13));
  return sum([...own.slice(11, 15), ...running]) / TICKS_PER_SECOND;
}

/** Peak resident memory in bytes. What rusage says can be the parent's, from before the process became itself. */
export function peakMemoryOf(pid: number | 'self' | undefined): number | null {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return found === undefined ? null : Number(found) * 1024;
}
