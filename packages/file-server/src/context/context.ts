import { type Runtime, type Signer, TransferError } from '@mesibo-files/handler-core';
import type { Clock } from '@mesibo-files/handler-core/provider';
import type { Authorise } from './authorise.ts';
import type { ServerEvent } from './events.ts';
import type { Limits, RateLimiter } from './limits.ts';
import type { FileServerOptions, TicketKey } from './options.ts';
import type { Quotas } from './quotas.ts';
import type { SigningState } from './signing-state.ts';

/** What every route works with: options with their defaults, found valid. */
export interface ServerContext {
  /** With no slash at its end. */
  readonly baseUrl: string;
  /** Path of the base URL, with no slash at its end; empty at the root. */
  readonly basePath: string;
  /** What file URLs begin with: `<baseUrl>/files`. */
  readonly fileBase: string;
  readonly signer: Signer;
  /** All signers, that of new files first. */
  readonly signers: readonly [Signer, ...Signer[]];
  /** Those that were given, in the order of the signers. */
  readonly storeNames: readonly string[];
  readonly authorise: Authorise & Required<Pick<Authorise, 'beforehand'>>;
  readonly ticketKeys: readonly [TicketKey, ...TicketKey[]];
  readonly downloads: 'redirect' | 'stream';
  readonly limits: Limits;
  readonly rateLimiter: RateLimiter | null;
  readonly quotas: Quotas | null;
  readonly revoked: NonNullable<FileServerOptions['revoked']> | null;
  readonly addressHeader: string | null;
  readonly onStored: NonNullable<FileServerOptions['onStored']> | null;
  readonly onStoredNeeds: 'bytes' | 'facts';
  readonly onStoredFailure: 'wait' | 'keep';
  readonly readiness: Readiness;
  /** What signing works with; made at the first call. */
  readonly signing: () => Promise<SigningState>;
  readonly origins: readonly string[];
  /** Time of everything that is judged or told. */
  readonly clock: Clock;
  /** Ports, queue and budget of the engine; null where none was given, as in a worker, through which no bytes pass. */
  readonly runtime: Runtime | null;
  readonly emit: (event: ServerEvent) => void;
}

/** What routes for Node work with: bytes pass through them. */
export interface NodeContext extends ServerContext {
  readonly runtime: Runtime;
}

/** Whether the store can be used; looked at no more often than is useful. */
export interface Readiness {
  /** @throws why it can't */
  look(): Promise<void>;
  /** From now on it is not ready, whatever the store says: the server is about to end. */
  leave(): void;
}

/** @throws `foreign-url` when no signer owns the file URL */
export function checkOwned({ signers }: ServerContext, url: string): void {
  if (signers.some((signer) => signer.owns(url))) return;
  throw new TransferError('foreign-url', 'This is no file URL of this server.');
}
