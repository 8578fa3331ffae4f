import type { Signer } from '@mesibo-files/handler-core';
import { isBaseUrl, OptionChecks, trimEnd } from '@mesibo-files/handler-core/provider';
import { remembering } from './authorise/recent.ts';
import type { ServerContext } from './context/context.ts';
import { checkNames } from './context/known-names.ts';
import { DEFAULT_LIMITS } from './context/limits.ts';
import type { FileServerOptions, TicketKey } from './context/options.ts';
import { webClock } from './context/web-clock.ts';
import { beginProbe } from './health/begin-probe.ts';
import { readiness } from './health/readiness.ts';
import { signingState } from './signing/state.ts';

/** @throws `invalid-argument` that names everything that is wrong */
export function contextOf(options: FileServerOptions): ServerContext {
  const checks = new OptionChecks('File server');
  checkNames(checks, OPTIONS, options);
  checkNames(checks, DEFAULT_LIMITS, options.limits ?? {}, 'limits.');
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
    ['bytes', 'facts'].includes(options.onStoredNeeds ?? 'facts'),
    'onStoredNeeds: bytes or facts',
  );
  checks.check(
    ['redirect', 'stream'].includes(options.downloads ?? 'redirect'),
    'downloads: redirect or stream',
  );
  checks.end();
  const { origin, pathname } = new URL(options.baseUrl);
  const basePath = trimEnd(pathname, '/');
  const fileBase = `${origin}${basePath}/files`;
  const { onEvent } = options;
  const clock = options.runtime?.ports.clock ?? webClock;
  const made = (signer: FileServerOptions['signer']): Signer =>
    typeof signer === 'function' ? signer(fileBase) : signer;
  const signers = [made(options.signer), ...(options.alsoRead ?? []).map(made)] as const;
  for (const [index, signer] of signers.entries()) {
    const name = index === 0 ? 'signer' : `alsoRead[${index - 1}]`;
    const leads = signer.leadsTo?.(fileBase) ?? true;
    checks.check(
      leads,
      `${name}: its file URLs do not lead to this server; make it with publicUrl: '${fileBase}'`,
    );
  }
  checks.end();
  const [signer] = signers;
  const baseUrl = `${origin}${basePath}`;
  const { ticketKeys } = options;
  return {
    baseUrl,
    basePath,
    fileBase,
    signer,
    signers,
    storeNames,
    authorise: remembering(options.authorise, clock, limits.authorisedFor),
    addressHeader: options.addressHeader?.toLowerCase() ?? null,
    ticketKeys,
    signing: signingState({ ticketKeys, baseUrl, signers, storeNames, clock }),
    downloads: options.downloads ?? 'redirect',
    limits,
    rateLimiter: options.rateLimiter ?? null,
    quotas: options.quotas ?? null,
    revoked: options.revoked ?? null,
    onStored: options.onStored ?? null,
    onStoredNeeds: options.onStoredNeeds ?? 'facts',
    onStoredFailure: options.onStoredFailure ?? 'wait',
    readiness: readiness(options.check ?? beginProbe(signer), clock),
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

/** Every option there is. */
const OPTIONS: Readonly<Record<keyof FileServerOptions, true>> = {
  baseUrl: true,
  signer: true,
  alsoRead: true,
  storeNames: true,
  authorise: true,
  ticketKeys: true,
  downloads: true,
  limits: true,
  rateLimiter: true,
  quotas: true,
  revoked: true,
  addressHeader: true,
  onStored: true,
  onStoredNeeds: true,
  onStoredFailure: true,
  onEvent: true,
  check: true,
  origins: true,
  runtime: true,
};

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
