import type { Ports, TransferLimits } from '@mesibo-files/handler-core';
import type { Clock, RandomPort } from '@mesibo-files/handler-core/provider';
import { type HostFiles, nodeFiles } from './node-files.ts';

/** Settings of a {@link MesiboNetwork}; every one has a default. */
export interface MesiboNetworkOptions {
  /** Where message times come from. Default: the device's clock. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Where message ids come from. Default: the platform's cryptographic random numbers. */
  readonly random?: Pick<RandomPort, 'bytes'>;
  /** How a message travels: runs the task later, in order. Default `queueMicrotask`. */
  readonly schedule?: (task: () => void) => void;
  /** What the host must know of local files. Default: Node's file system. */
  readonly files?: HostFiles;
  /**
   * With what mesibo moves files by itself, where no handler does: HTTP, files, clock and random. Default: the
   * platform's. The network state is always the user's own, as `setNetwork` tells it.
   */
  readonly ports?: Partial<Omit<Ports, 'network'>>;
  /** The time limits of those transfers. Default: those of `handler-core`. */
  readonly limits?: Partial<TransferLimits>;
  /**
   * Lets `startFileTransfer(priority > 0)` go ahead for a download that `cancel(false)` blocked. mesibo's documents are
   * silent. Default false.
   */
  readonly userUnblocks?: boolean;
  /**
   * Told of what mesibo has no way to report: a listener or handler that threw, an answer that is no boolean, why a
   * transfer of mesibo's own failed, a transfer nobody can do. Default: a process warning.
   */
  readonly onError?: (error: unknown) => void;
}

/** The options with their defaults filled in. */
export type HostSettings = Required<MesiboNetworkOptions>;

export function withDefaults(options: MesiboNetworkOptions): HostSettings {
  return {
    clock: options.clock ?? Date,
    random: options.random ?? { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) },
    schedule: options.schedule ?? queueMicrotask,
    files: options.files ?? nodeFiles,
    ports: options.ports ?? {},
    limits: options.limits ?? {},
    userUnblocks: options.userUnblocks ?? false,
    onError: options.onError ?? warn,
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
