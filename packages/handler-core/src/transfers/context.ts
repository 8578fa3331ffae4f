import type { TransferContext } from '../engine/context.ts';
import { Ledger } from '../engine/ledger.ts';
import type { TransferLabel } from '../runtime/events.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Progress } from './types.ts';

/** Sets the engine up for one run. */
export function contextFor(
  runtime: Runtime,
  transfer: TransferLabel,
  total: number | null,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): TransferContext {
  const { ports, limits, buffers, budget } = runtime;
  return {
    ports,
    limits,
    buffers,
    budget,
    signal,
    ledger: new Ledger(total, onProgress),
    onRetry: (error, delay) => runtime.onEvent({ type: 'retrying', transfer, error, delay }),
  };
}

/** A signal that is never raised, for callers that gave none. */
export function neverRaised(): AbortSignal {
  return new AbortController().signal;
}
