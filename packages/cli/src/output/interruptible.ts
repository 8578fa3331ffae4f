import { TransferError } from '@mesibo-files/handler-core';
import { signalExit } from './exit-codes.ts';
import type { Io, StopSignal } from './io.ts';

/** How a run ended that a signal may have stopped. */
export type Outcome<Value> =
  | { readonly stopped: null; readonly value: Value }
  | { readonly stopped: StopSignal; readonly exitCode: number };

/** Runs a task that the first signal stops in good order; a second one ends the process at once. */
export async function interruptible<Value>(
  io: Io,
  task: (signal: AbortSignal) => Promise<Value>,
): Promise<Outcome<Value>> {
  const stop = new AbortController();
  let by: StopSignal | null = null;
  const unsubscribe = io.onSignal((signal) => {
    if (by !== null) process.exit(signalExit(signal));
    by = signal;
    stop.abort(new TransferError('stopped', `Stopped by ${signal}`));
  });
  try {
    return { stopped: null, value: await task(stop.signal) };
  } catch (error) {
    if (by === null) throw error;
    return { stopped: by, exitCode: signalExit(by) };
  } finally {
    unsubscribe();
  }
}
