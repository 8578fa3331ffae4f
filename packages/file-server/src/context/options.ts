import type { Runtime, Signer } from '@mesibo-files/handler-core';
import type { Authorise, Credential } from './authorise.ts';
import type { HookAnswer, PendingFile, ServerEvent } from './events.ts';
import type { Limits, RateLimiter } from './limits.ts';
import type { Quotas } from './quotas.ts';

/** A key that seals tickets. */
export interface TicketKey {
  /** Stands in every ticket, so that the right key opens it: 1 to 32 of `A-Z a-z 0-9 . _ -`. */
  readonly id: string;
  /** At least 32 bytes, random; text is taken as UTF-8. */
  readonly secret: string | Uint8Array;
}

/** Who goes on with an upload. */
export interface TokenHolder {
  readonly uid: number;
  readonly credential: Credential;
}

/** What a file server is made of. */
export interface FileServerOptions {
  /** Where clients reach it, as in `https://files.example.com` or `https://example.com/mesibo`. */
  readonly baseUrl: string;
  /**
   * The store of new files: a signer, or a function that makes one for the `publicUrl` that it must have, since file URLs
   * are this server's: `<baseUrl>/files`. A signer whose URLs lead elsewhere is refused.
   */
  readonly signer: Signer | ((publicUrl: string) => Signer);
  /** Stores of older files, made likewise; asked in order for what the first does not have. */
  readonly alsoRead?: readonly (Signer | ((publicUrl: string) => Signer))[];
  /**
   * Names of the stores, that of `signer` first: 1 to 32 of `A-Z a-z 0-9 . _ -`, each once. A ticket names its store, so
   * that uploads under way go on after the order has changed. Default: those of the providers, as in `s3`, which
   * suffice unless two stores are of one provider.
   */
  readonly storeNames?: readonly string[];
  /** Who may do what. There is no default: nothing is allowed that it does not allow. */
  readonly authorise: Authorise;
  /** Keys of tickets: the first seals, all open. Share them between replicas. */
  readonly ticketKeys: readonly [TicketKey, ...TicketKey[]];
  /** How a download is answered: a redirect to a signed URL, or the bytes. Default `redirect`. */
  readonly downloads?: 'redirect' | 'stream';
  readonly limits?: Partial<Limits>;
  /** Counts every request, by user where a token proves one, else by address. Default: none is refused. */
  readonly rateLimiter?: RateLimiter;
  /** Counts what each user stores, by bytes and files. Default: nothing is counted. */
  readonly quotas?: Quotas;
  /**
   * Asked whether a token is no longer good, at each request that goes on with an upload without asking `authorise` again
   * (see `limits.authorisedFor`): true ends it. Must cost little. Default: no token is revoked.
   */
  readonly revoked?: (holder: TokenHolder, signal: AbortSignal) => boolean | Promise<boolean>;
  /**
   * The header to which your proxy adds the address of its client, as in `x-forwarded-for`; the last address counts.
   * Default: the connection's own, which behind a proxy is the proxy's. Without a proxy clients could write it themselves.
   */
  readonly addressHeader?: string;
  /**
   * Asked about every file when it is complete and verified, and before anyone can read it: at each commit until one is
   * decided. Answer nothing to keep it, `{ remove: reason }` to refuse it, or `{ later: milliseconds }` to decide by
   * `settle` or when the client asks again. Whatever it decides first stands.
   */
  readonly onStored?: (file: PendingFile) => HookAnswer | Promise<HookAnswer>;
  /**
   * What `onStored` looks at. `facts` (default): size, type, name and sender are enough. `bytes`: it may `read` the file,
   * which therefore waits under a name of its own and is copied at the commit. On S3 a small file then costs the signer 6
   * to 9 requests instead of 3; other stores cost the same either way.
   */
  readonly onStoredNeeds?: 'bytes' | 'facts';
  /**
   * What happens to a file when `onStored` throws or rejects. `wait` (default): nobody can read it, and the client asks
   * again in 5 seconds. `keep`: it is stored as if there were no hook. The error is reported in any case.
   */
  readonly onStoredFailure?: 'wait' | 'keep';
  /** Told of everything that happens: logs and metrics. */
  readonly onEvent?: (event: ServerEvent) => void;
  /**
   * Rejects when the store can't be reached or written, for `/readyz`. Default: begins an upload, looks for it, and
   * discards it; in Node a few bytes are really stored and removed.
   */
  readonly check?: (signal: AbortSignal) => Promise<void>;
  /** Web origins that may call from a page, as in `https://app.example.com`, or `*`. Default none. */
  readonly origins?: readonly string[];
  /** Ports, queue and budget of the engine. Default: none in a worker, one of the server's own in Node. */
  readonly runtime?: Runtime;
}
