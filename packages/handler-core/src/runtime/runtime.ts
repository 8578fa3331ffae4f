import { platformPorts } from '#platform';
import { Joins } from '../admission/joins.ts';
import { type AdmissionOptions, checkAdmission, DEFAULT_ADMISSION } from '../admission/options.ts';
import { TransferQueue } from '../admission/queue.ts';
import { UnderWay } from '../admission/under-way.ts';
import { RetryBudget } from '../engine/budget.ts';
import { BufferPool } from '../engine/buffers.ts';
import { checkLimits, DEFAULT_TRANSFER_LIMITS, type TransferLimits } from '../engine/options.ts';
import type { Ports } from '../ports/ports.ts';
import type { ObjectFacts, StoredObject } from '../signer/object.ts';
import type { TransferEvent } from './events.ts';

/** Settings of a runtime; every one has a default. */
export interface RuntimeOptions {
  /** Files, HTTP, clock, random, network, hashes and journal. Default: the platform's, with a journal in memory. */
  readonly ports?: Partial<Ports>;
  readonly limits?: Partial<TransferLimits>;
  readonly admission?: Partial<AdmissionOptions>;
  /** Told of everything that happens to every transfer. An error it throws is ignored. */
  readonly onEvent?: (event: TransferEvent) => void;
}

/**
 * What all handlers of a process share: the queue, the retry budget, the connections, the buffers and the journal.
 * Make one yourself for other settings, and give it to every handler.
 */
export interface Runtime {
  readonly ports: Ports;
  readonly limits: TransferLimits;
  readonly admission: AdmissionOptions;
  readonly onEvent: (event: TransferEvent) => void;
  readonly queue: TransferQueue;
  /** What handlers admitted and is not over; limits of the admission are held against it. */
  readonly underWay: UnderWay;
  readonly budget: RetryBudget;
  readonly buffers: BufferPool;
  readonly uploads: Joins<StoredObject>;
  readonly downloads: Joins<ObjectFacts>;
}

/** Memory that stays pooled between transfers, in bytes. */
const POOLED = 64 * 1024 * 1024;

/** Makes a runtime. @throws `invalid-argument` for a setting out of its bounds */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  const ports = { ...platformPorts(), ...options.ports };
  const limits = checkLimits({ ...DEFAULT_TRANSFER_LIMITS, ...options.limits });
  const admission = checkAdmission({ ...DEFAULT_ADMISSION, ...options.admission });
  const { onEvent } = options;
  return {
    ports,
    limits,
    admission,
    onEvent: (event) => {
      try {
        onEvent?.(event);
      } catch {
        // An observer's fault is not the transfer's.
      }
    },
    queue: new TransferQueue(admission, ports.clock),
    underWay: new UnderWay(),
    budget: new RetryBudget(ports.clock),
    buffers: new BufferPool(POOLED),
    uploads: new Joins(),
    downloads: new Joins(),
  };
}

const SHARED = Symbol.for('mesibo-files.runtime.1');

/** The process's own runtime, with all defaults; the same for every copy of this package. */
export function sharedRuntime(): Runtime {
  const holder = globalThis as { [SHARED]?: Runtime };
  holder[SHARED] ??= createRuntime();
  return holder[SHARED];
}
