import type { HashPort } from '../digest/hash.ts';
import { Ledger, type Progress } from '../engine/ledger.ts';
import type { TransferContext } from '../engine/request/context.ts';
import { type Lane, OWN_LANE, TransferLane } from '../engine/request/lane.ts';
import type { TransferLabel } from '../runtime/events.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** How a run stands to the others. */
export interface Place {
  /** How soon it is wanted now. Default 0. */
  readonly priority?: () => number;
  /** Names the store, for the budget of retries. Default: one for all that give none. */
  readonly store?: string;
  /** Its lane in the queue. Default: it is in no queue. */
  readonly lane?: Lane;
}

/** Sets the engine up for one run. */
export function contextFor(
  runtime: Runtime,
  transfer: TransferLabel,
  total: number | null,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
  { priority = () => 0, store = '', lane = OWN_LANE }: Place = {},
): TransferContext {
  const { ports, limits, buffers, budget, pace } = runtime;
  return {
    ports,
    limits,
    buffers,
    budget,
    pace,
    lane: new TransferLane(lane, ports.clock),
    priority,
    store,
    signal,
    ledger: new Ledger(total, onProgress),
    onRetry: (error, delay) => runtime.onEvent({ type: 'retrying', transfer, error, delay }),
    onJournalFailure: (error) => runtime.onEvent({ type: 'journal-failed', transfer, error }),
  };
}

/** Lets a signer bring hashes of its own: what it makes goes before what the platform has. */
export function withHash(context: TransferContext, hash: HashPort | undefined): TransferContext {
  if (hash === undefined) return context;
  const { ports } = context;
  const both: HashPort = {
    create: (algorithm) => hash.create(algorithm) ?? ports.hash.create(algorithm),
    // What a signer brings is fast where it stands.
    apart: (algorithm, bytes) =>
      hash.create(algorithm) === undefined ? ports.hash.apart?.(algorithm, bytes) : undefined,
  };
  return { ...context, ports: { ...ports, hash: both } };
}

/** A signal that is never raised, for callers that gave none. */
export function neverRaised(): AbortSignal {
  return new AbortController().signal;
}
