import { type Mid, type Ports, TransferError, type TransferLimits } from '@mesibo-files/handler-core';
import type { Clock, NetworkPort, RandomPort } from '@mesibo-files/handler-core/provider';
import type { MediaPort, PreparedMedia } from './media.ts';
import { type HostFiles, nodeFiles } from './node-files.ts';
import { platformNetwork } from './platform.ts';

/** Settings of a {@link MesiboNetwork}; every one has a default. */
export interface MesiboNetworkOptions {
  /**
   * Where times come from, and what waits until a message expires; what it lacks is the device's own. Default: the
   * device's clock, whose timers keep no process alive.
   */
  readonly clock?: Pick<Clock, 'now'> & Partial<Clock>;
  /** The network's state until the app says it with `setNetwork`. Default: what a browser tells; in Node, Wi-Fi. */
  readonly network?: NetworkPort;
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
   * Prepares pictures and films before they are sent, such as `nodeMedia()` of `@mesibo-files/media`: removes metadata, and
   * does what a message's properties ask for. Default: files are sent as they are.
   */
  readonly media?: MediaPort | null;
  /** Told how a file was prepared, or why it goes as it is. Default: nobody is told. */
  readonly onPrepared?: (prepared: PreparedMedia, message: Mid) => void;
  /**
   * Removes a stored file that `deleteMessages` or `cancel` was asked to remove, such as `(url) => signer.remove(url, call)`.
   * It is called only for what this user uploaded, and when no other message that this user knows has the file. Default:
   * nothing can be removed, and `onError` is told.
   */
  readonly removeStored?: (url: string, address: string) => void | Promise<void>;
  /**
   * Told of each message that leaves: what a file server must know that decides by reader who may download. A forward is a
   * message like any other, and so is one of a stranger who learned the URL: let a reader in only for a sender who may read
   * the file. Default: nobody is told.
   */
  readonly onSent?: (sent: SentMessage) => void;
  /**
   * Told of what mesibo has no way to report: a listener or handler that threw, an answer that is no boolean, why a
   * transfer of mesibo's own failed, a transfer nobody can do. Default: a process warning.
   */
  readonly onError?: (error: unknown) => void;
}

/** What is told of a message that leaves. */
export interface SentMessage {
  readonly mid: Mid;
  readonly from: string;
  readonly to: string;
  /** Where its file is stored; null: it has none. */
  readonly url: string | null;
}

/** The options with their defaults filled in. */
export type HostSettings = Required<Omit<MesiboNetworkOptions, 'clock'>> & { readonly clock: Clock };

export function withDefaults(options: MesiboNetworkOptions): HostSettings {
  return {
    clock: withTimers(options.clock ?? Date),
    network: options.network ?? platformNetwork(),
    random: options.random ?? { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) },
    schedule: options.schedule ?? queueMicrotask,
    files: options.files ?? nodeFiles,
    ports: options.ports ?? {},
    limits: options.limits ?? {},
    media: options.media ?? null,
    onPrepared: options.onPrepared ?? (() => undefined),
    removeStored: options.removeStored ?? cannotRemove,
    onSent: options.onSent ?? (() => undefined),
    userUnblocks: options.userUnblocks ?? false,
    onError: options.onError ?? warn,
  };
}

/** The longest time that a timer takes, in Node and in browsers. */
const MAX_TIMER = 2 ** 31 - 1;

function withTimers(clock: Pick<Clock, 'now'> & Partial<Clock>): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => (clock.monotonic === undefined ? performance.now() : clock.monotonic()),
    after: (milliseconds, callback) => {
      if (clock.after !== undefined) return clock.after(milliseconds, callback);
      const timer: unknown = setTimeout(callback, Math.min(milliseconds, MAX_TIMER));
      // A message that expires next week must not keep a process alive until then; a browser's timer is a number.
      if (timer instanceof Object && 'unref' in timer && typeof timer.unref === 'function') timer.unref();
      return () => clearTimeout(timer as number);
    },
  };
}

function cannotRemove(): never {
  throw new TransferError('unsupported', 'a stored file was to be removed, and nothing can remove it', {
    hint: 'Give MesiboNetwork the option removeStored, such as (url) => signer.remove(url, call).',
  });
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
