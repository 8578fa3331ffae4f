import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The command as a process of its own. */
export interface SpawnedMain {
  readonly child: ChildProcess;
  /** All of stdout so far. */
  readonly output: () => string;
  /** All of stderr so far. */
  readonly errors: () => string;
  readonly exited: Promise<number | null>;
}

/** Runs the command from its source, and waits for its first line or its end. */
export const spawnMain = async (...args: string[]): Promise<SpawnedMain> => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const cwd = fileURLToPath(new URL('../../..', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', '-C', 'source', main, ...args], { cwd });
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('\n')) resolve();
    });
    void exited.then(() => resolve());
  });
  return { child, output: () => output, errors: () => errors, exited };
};
