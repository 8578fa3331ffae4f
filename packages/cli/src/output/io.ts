/** Somewhere to write, as `process.stdout` is. */
export interface Stream extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a run has of the world outside: two streams, its environment, and the signals that stop it. */
export interface Io {
  /** What a program reads: the result alone. */
  readonly stdout: Stream;
  /** What a person reads: progress, notes, mistakes. */
  readonly stderr: Stream;
  readonly env: NodeJS.ProcessEnv;
  /** Calls back for each signal that asks the process to end; the answer unsubscribes. */
  readonly onSignal: (callback: (signal: StopSignal) => void) => () => void;
}

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The input and output of this process. */
export function processIo(): Io {
  // The reader of the output is gone, as `head` does. The command still ends in good order.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    onSignal: (callback) => {
      for (const signal of SIGNALS) process.on(signal, callback);
      return () => {
        for (const signal of SIGNALS) process.off(signal, callback);
      };
    },
  };
}
