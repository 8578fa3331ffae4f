import { Bars } from './progress-bars.ts';
import { Lines } from './progress-lines.ts';

export type Direction = 'upload' | 'download';

/** Shows how far the file is that is being sent. */
export interface Progress {
  update(direction: Direction, name: string, size: number, percent: number): void;
  /** The file has arrived, or never will. */
  end(): void;
}

/** Bars in a terminal, plain lines in a file or a pipe. */
export function createProgress(env: NodeJS.ProcessEnv = process.env): Progress {
  return process.stdout.isTTY && env.TERM !== 'dumb' ? new Bars() : new Lines();
}
