import { platformPorts } from '#platform';
import { BufferPool } from '../engine/buffers.ts';
import { checkLimits, DEFAULT_TRANSFER_LIMITS, type TransferLimits } from '../engine/limits.ts';
import { RetryBudget } from '../engine/request/budget.ts';
import { Pace } from '../engine/request/pace.ts';
import type { UploadWaiters } from '../engine/upload/upload-job.ts';
import type { JournalWaiter } from '../ports/journal.ts';
import type { Ports } from '../ports/ports.ts';
import type { ObjectFacts, StoredObject } from '../signer/object.ts';
import { type AdmissionOptions, checkAdmission, DEFAULT_ADMISSION, UnderWay } from './admission.ts';
import type { TransferEvent } from './events.ts';
import { Joins, type Waiter } from './joins.ts';
import { TransferQueue } from './queue.ts';

/** Settings of a runtime; every one has a default. */
export interface RuntimeOptions {
  /** Files, HTTP, clock, random, network, hashes and journal. Default: the platform's. */
  readonly ports?: Partial<Ports>;
  /**
   * Where unfinished uploads are noted, so that they go on after a restart: a folder (in Node), or false: in memory,
   * which is enough to go on after a stop. Default in Node: `uploads` in the folder that the environment variable
   * `MESIBO_FILES_STATE` names (`off` is false), else in the platform's folder for a program's data; in a browser in
   * memory. A journal among {@link ports} goes before.
   *
   * A folder that is given here and can't be written is an error at once (`file-io`); of the default one the first
   * transfer's events tell, and uploads are noted in memory.
   */
  readonly journal?: string | false;
  readonly limits?: Partial<TransferLimits>;
  readonly admission?: Partial<AdmissionOptions>;
  /** Told of everything that happens to every transfer. An error it throws is ignored. */
  readonly onEvent?: (event: TransferEvent) => void;
}

/** One who waits for an upload. */
export interface UploadWaiter extends Waiter {
  /** Id of the message; 0n: none. */
  readonly mid: bigint;
  /** As the journal knows it; null: it is not remembered. */
  readonly journaled: () => JournalWaiter | null;
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
  /** How many parts are on the way at once, of all transfers. */
  readonly pace: Pace;
  readonly uploads: Joins<StoredObject, UploadWaiter>;
  /** By the key of each who waits, for the journal: all who wait for the same run. */
  readonly remembering: Map<string, UploadWaiters>;
  readonly downloads: Joins<ObjectFacts>;
}

/** Memory that stays pooled between transfers, in bytes. */
const POOLED = 64 * 1024 * 1024;

/** Makes a runtime. @throws `invalid-argument` for a setting out of its bounds; `file-io` for a journal's folder */
export function createRuntime(options: RuntimeOptions = {}): Runtime {
  const journal = options.ports?.journal === undefined ? options.journal : false;
  const ports = { ...platformPorts(journal), ...options.ports };
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
    pace: new Pace(ports.clock, limits),
    uploads: new Joins(),
    remembering: new Map(),
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
