import { createRuntime, type Runtime } from '@mesibo-files/handler-core';
import type { NodeContext } from '../context/context.ts';
import { Lingers } from './linger.ts';
import type { UploadRouteOptions } from './options.ts';
import { type Queueing, Slots } from './slots.ts';
import { Spool } from './spool.ts';
import { Strangers } from './strangers.ts';

/** What the uploads of one route share. */
export class UploadCapacity {
  /** Uploads that were authorised. */
  readonly running: Slots = new Slots();
  /** Uploads of somebody known whose file comes before its fields. */
  readonly waiting: Slots = new Slots();
  /** Those of whom nobody knows who sends them. */
  readonly strangers: Strangers = new Strangers();
  /** Refused uploads whose rest is read. */
  readonly lingers: Lingers = new Lingers();
  readonly spool: Spool;
  /** For strangers. */
  readonly strangersSpool: Spool;
  /** Uploads that are sent in parts as they come in. */
  readonly streams: Slots = new Slots();
  /** Uploads that are sent in parts from a temporary file. */
  readonly files: Slots = new Slots();
  readonly #runtimes = new WeakMap<Runtime, Runtime>();

  constructor({ spoolDirectory }: Pick<UploadRouteOptions, 'spoolDirectory'>) {
    this.spool = new Spool(spoolDirectory);
    this.strangersSpool = new Spool(spoolDirectory);
  }

  /** How long an upload may wait for its slot. */
  queueing({ clock, limits }: NodeContext, signal: AbortSignal): Queueing {
    const { maxUploads, uploadQueueFor, maxQueuedUploads } = limits;
    return { clock, most: maxUploads, patience: uploadQueueFor, longest: maxQueuedUploads, signal };
  }

  /** The engine for uploads: no queue, for a client that is sending already can't be let wait. */
  runtimeFor({ runtime, limits }: NodeContext): Runtime {
    const known = this.#runtimes.get(runtime);
    if (known !== undefined) return known;
    const made = createRuntime({
      ports: runtime.ports,
      limits: { ...runtime.limits, maxStreamSize: limits.maxFileSize, pendingFor: limits.uploadPendingFor },
      admission: { maxTransfers: Number.POSITIVE_INFINITY },
      onEvent: runtime.onEvent,
    });
    this.#runtimes.set(runtime, made);
    return made;
  }
}
