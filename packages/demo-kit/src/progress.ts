import { Bars } from './progress-bars.ts';
import { Lines } from './progress-lines.ts';
import type { Progress } from './progress-view.ts';

/** Bars in a terminal, plain lines in a file or a pipe. */
export function createProgress(env: NodeJS.ProcessEnv = process.env): Progress {
  return process.stdout.isTTY && env.TERM !== 'dumb' ? new Bars() : new Lines();
}
