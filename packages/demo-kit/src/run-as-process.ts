import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the demo left in its temp folder. */
  readonly left: readonly string[];
}

interface RunOptions {
  /** URL of the example's main file. */
  readonly main: URL;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The temp folder to use; it must be empty. */
  readonly temp: string;
  /** Called with all that was printed so far. */
  readonly onOutput?: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void;
}

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Runs an example as a process of its own, as a person does, with its output in a pipe. */
export function runAsProcess({ main, args = [], env = {}, temp, onOutput }: RunOptions): Promise<Finished> {
  const child = spawn(
    process.execPath,
    ['--conditions=source', `--import=${LOADER}`, fileURLToPath(main), ...args],
    {
      env: { PATH: process.env.PATH, HOME: temp, TMPDIR: temp, MESIBO_FILES_STATE: 'off', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput?.(stdout, (signal) => child.kill(signal));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // tsx keeps its own cache in the temp folder.
    const left = (): string[] => readdirSync(temp).filter((name) => !name.startsWith('tsx-'));
    child.once('close', (code) => resolve({ code, stdout, stderr, left: left() }));
  });
}

/** The lines below a heading of the report, without the table's frame. */
export function linesAfter(stdout: string, heading: string): string[] {
  const lines = stdout.split('\n').map((line) => line.replace(/[│]/g, '').trim());
  return lines.flatMap((line, index) => (line.startsWith(heading) ? [lines[index + 1] ?? ''] : []));
}
