import { type Clock, type Runtime, type Signer, TransferError } from '@mesibo-files/handler-core';
import { isBaseUrl, OptionChecks, trimEnd } from '@mesibo-files/handler-core/provider';
import { remembering } from './authorise/recent.ts';
import type { Authorise } from './authorise/types.ts';
import type { ServerEvent } from './events.ts';
import { DEFAULT_LIMITS, type Limits, type RateLimiter } from './limits.ts';
import { beginProbe } from './operations/begin-probe.ts';
import { type Readiness, readiness } from './operations/readiness.ts';
import type { FileServerOptions, TicketKey } from './options.ts';
import type { Quotas } from './quota/types.ts';
import { webClock } from './web-clock.ts';

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

/** @throws `invalid-argument` that names everything that is wrong */
export function contextOf(options: FileServerOptions): ServerContext {
  const checks = new OptionChecks('File server');
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  checks.check(isBaseUrl(options.baseUrl), 'baseUrl: an http or https URL with no user, query or fragment');
  checks.check(hasPlainPath(options.baseUrl), 'baseUrl: a path of A-Z a-z 0-9 . _ ~ - and slashes');
  checks.check(typeof options.authorise === 'function', 'authorise: a function that decides');
  checks.check(options.ticketKeys.every(isTicketKey), 'ticketKeys: an id, and a secret of at least 32 bytes');
  const ids = new Set(options.ticketKeys.map(({ id }) => id));
  checks.check(ids.size === options.ticketKeys.length, 'ticketKeys: each id once');
  const storeNames = options.storeNames ?? [];
  checks.check(
    storeNames.every((name) => isName(name)) && new Set(storeNames).size === storeNames.length,
    'storeNames: 1 to 32 of A-Z a-z 0-9 . _ -, each once',
  );
  for (const [name, value] of Object.entries(limits)) {
    checks.check(Number.isSafeInteger(value) && value >= 0, `limits.${name}: a whole number`);
  }
  checks.check(
    (options.origins ?? []).every((origin) => origin === '*' || isOrigin(origin)),
    'origins: as in https://app.example.com, or *',
  );
  checks.check(
    ['bytes', 'facts'].includes(options.onStoredNeeds ?? 'bytes'),
    'onStoredNeeds: bytes or facts',
  );
  checks.end();
  const { origin, pathname } = new URL(options.baseUrl);
  const basePath = trimEnd(pathname, '/');
  const { onEvent } = options;
  const clock = options.runtime?.ports.clock ?? webClock;
  return {
    baseUrl: `${origin}${basePath}`,
    basePath,
    fileBase: `${origin}${basePath}/files`,
    signer: options.signer,
    signers: [options.signer, ...(options.alsoRead ?? [])],
    storeNames,
    authorise: remembering(options.authorise, clock, limits.authorisedFor),
    addressHeader: options.addressHeader?.toLowerCase() ?? null,
    ticketKeys: options.ticketKeys,
    downloads: options.downloads ?? 'redirect',
    limits,
    rateLimiter: options.rateLimiter ?? null,
    quotas: options.quotas ?? null,
    revoked: options.revoked ?? null,
    onStored: options.onStored ?? null,
    onStoredNeeds: options.onStoredNeeds ?? 'bytes',
    onStoredFailure: options.onStoredFailure ?? 'wait',
    readiness: readiness(options.check ?? beginProbe(options.signer), clock),
    origins: options.origins ?? [],
    clock,
    runtime: options.runtime ?? null,
    emit: (event) => {
      try {
        onEvent?.(event);
      } catch {
        // An observer's fault is not the request's.
      }
    },
  };
}

function isTicketKey({ id, secret }: TicketKey): boolean {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret).length : secret.byteLength;
  return isName(id) && bytes >= 32;
}

function isName(text: string): boolean {
  return /^[\w.-]{1,32}$/.test(text);
}

/** Routes are patterns: what means something in one can't stand in their path. */
function hasPlainPath(url: string): boolean {
  return !URL.canParse(url) || /^[\w.~/-]*$/.test(new URL(url).pathname);
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** @throws `foreign-url` when no signer owns the file URL */
export function checkOwned({ signers }: ServerContext, url: string): void {
  if (signers.some((signer) => signer.owns(url))) return;
  throw new TransferError('foreign-url', 'This is no file URL of this server.');
}
