import type { AdmissionOptions } from '../admission/options.ts';
import type { TransferLimits } from '../engine/options.ts';
import type { Ports } from '../ports/ports.ts';
import type { TransferEvent } from './events.ts';

/** Settings of a runtime; every one has a default. */
export interface RuntimeOptions {
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
}
