import { type ChildProcess, spawn } from 'node:child_process';
import { bundledProgram } from '@mesibo-files/conformance/program';

/** The command's main file, bundled. */
export const MAIN: string = await bundledProgram(new URL('../src/main.ts', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  /** What was printed so far. */
  readonly output: { stdout: string; stderr: string };
  readonly finished: Promise<Finished>;
  /** Resolves when stdout has this; rejects when the process ends without it. */
  readonly prints: (text: string) => Promise<void>;
}

export interface CliOptions {
  /** Nothing else of this process's environment is passed on. */
  readonly env?: NodeJS.ProcessEnv;
  /** The most files and connections that it may have open. Default: as this process. */
  readonly descriptors?: number;
  /** Working directory, and home. */
  readonly folder: string;
}

/** Starts the command as a process of its own, with its output in pipes. */
export function startCli(args: readonly string[], { env = {}, folder, descriptors }: CliOptions): RunningCli {
  const node = [process.execPath, MAIN, ...args];
  const limited = descriptors === undefined ? [] : ['sh', '-c', `ulimit -n ${descriptors}; exec "$@"`, 'sh'];
  const [program = '', ...rest] = [...limited, ...node];
  const child = spawn(program, rest, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      XDG_DATA_HOME: `${folder}/.data`,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const look of watchers) look();
    });
  }
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
  });
  const prints = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (output.stdout.includes(text)) resolve();
      };
      watchers.add(look);
      look();
      void finished.then(() =>
        reject(new Error(`it ended without "${text}":\n${output.stdout}${output.stderr}`)),
      );
    });
  return { child, output, finished, prints };
}

/** Runs it to its end. */
export function runCli(args: readonly string[], options: CliOptions): Promise<Finished> {
  return startCli(args, options).finished;
}
