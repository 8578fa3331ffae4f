import type { FileTransferHandler, HandlerOptions, MesiboFileTransfer } from '@mesibo-files/handler-core';
import type { HttpPort } from '@mesibo-files/handler-core/provider';
import type { NetworkFaults } from './network-faults.ts';
import type { SignerBench, SignerOverrides } from './signer-harness.ts';

/** What every handler of mesibo-files is: mesibo's two methods, and discard. */
export interface TransferHandler extends FileTransferHandler {
  /** Gives up an unfinished upload for good, and removes its parts. */
  discard(file: MesiboFileTransfer): Promise<void>;
}

/** What a case changes in the signer behind the handler. */
export interface HandlerOverrides extends SignerOverrides {
  /** The handler is given credentials, or a bucket, that are no good. */
  readonly fault?: 'wrongCredentials' | 'missingBucket';
}

/** A handler on a store that holds nothing yet. A bench for handlers is one for signers too. */
export interface HandlerBench extends SignerBench {
  /** A handler with its provider's own class, on the bench's store. */
  handler(options: HandlerOptions, overrides?: HandlerOverrides): TransferHandler;
  /** Carries the engine's requests, as apps would have them carried. Default: the bench's `http`. */
  readonly transport?: HttpPort;
  /** Milliseconds after which a request that moves nothing is given up; a store needs less to answer. Default 150. */
  readonly patience?: number;
  /** A real proxy between engine and store. Default: faults in front of the transport. */
  readonly faults?: NetworkFaults;
}

/** One store and one way to configure its handler. */
export interface HandlerHarness {
  /** Name of the suite in the report. */
  readonly name: string;
  /** Opens a bench for one case. */
  open(): Promise<HandlerBench>;
}
