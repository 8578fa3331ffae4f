import { constants } from 'node:os';
import type { StopSignal } from './io.ts';

/** What the process ends with. A signal ends it with 128 and the signal's number, as in a shell. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** The command line or the configuration is wrong; nothing was done. */
  usage: 2,
  /** doctor found faults. */
  faults: 3,
  /** serve was stopped, and cut off requests that ran too long. */
  cutOff: 4,
} as const;

export const EXIT_HELP = `
Exit codes:
  0    done
  1    failed: the error's code, message and hint are on stderr
  2    the command line or the configuration is wrong; nothing was done
  3    doctor found faults
  4    serve was stopped, and had to cut off requests that ran longer than --grace
  130  stopped by Ctrl-C (143 by SIGTERM); put and get resume
`;

/** The exit code of a run that this signal has ended. */
export function signalExit(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}
