import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { bundledProgram } from '@mesibo-files/conformance/program';

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

/** Runs an example as a process of its own, as a person does, with its output in a pipe. */
export async function runAsProcess({
  main,
  args = [],
  env = {},
  temp,
  onOutput,
}: RunOptions): Promise<Finished> {
  const child = spawn(process.execPath, [await bundledProgram(main), ...args], {
    env: { PATH: process.env.PATH, HOME: temp, TMPDIR: temp, MESIBO_FILES_STATE: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
    child.once('close', (code) => resolve({ code, stdout, stderr, left: readdirSync(temp) }));
  });
}
