import type { TicketKey } from '@mesibo-files/file-server';
import { type NodeFileServerOptions, nodeFileServer, rateLimiter } from '@mesibo-files/file-server/node';
import { TransferError } from '@mesibo-files/handler-core';
import { MINUTE, trimEnd } from '@mesibo-files/handler-core/provider';
import { type DiskState, openDiskState, writeDiskState } from '../store/disk-state.ts';
import { defined } from '../store/signer-options.ts';
import { defaultBaseUrl, freePort } from './addresses.ts';
import { authoriseFor, usesToken } from './authorise.ts';
import type { ServeConfiguration } from './configuration.ts';
import type { ServeFlags } from './flags.ts';
import { openServedStore, type ServedStore } from './stores.ts';

/** A server that runs. */
export interface Serving {
  /** Base URL that clients use. */
  readonly baseUrl: string;
  /** As in `disk /srv/files`. */
  readonly title: string;
  /** The token that was generated; null where the owner gave one, or decides by other means. */
  readonly generatedToken: string | null;
  /** Resolves when it has ended. */
  readonly closed: Promise<void>;
  readonly close: () => Promise<void>;
}

export interface StartOptions {
  /** Level of the log, where no flag names one. */
  readonly logLevel: 'info' | 'warn';
}

const DIR = './mesibo-files';
const HOUR = 60 * MINUTE;

/** Starts the configured server. @throws ConfigurationError, TransferError `invalid-argument` when the port is taken */
export async function startServer(
  configuration: ServeConfiguration,
  { logLevel }: StartOptions,
): Promise<Serving> {
  const { flags, secrets } = configuration;
  const host = flags.host ?? '127.0.0.1';
  const port = flags.port === 0 ? await freePort(host) : (flags.port ?? 8080);
  const baseUrl = trimEnd(flags.baseUrl ?? defaultBaseUrl(host, port), '/');
  const state = await stateFor(configuration);
  const stores = await openStores(configuration, baseUrl);
  const [store] = stores;
  const token = flags.token ?? state?.token ?? '';
  try {
    const server = nodeFileServer({
      ...optionsOf(flags, stores),
      baseUrl,
      authorise: authoriseFor(flags, secrets, token),
      ticketKeys: [ticketKey(secrets.ticketSecret, state)],
      log: flags.logLevel ?? logLevel,
      ...metricsOf(flags, secrets.metricsToken),
    });
    const listening = await server.listen({ host, port });
    if (state !== null) await writeDiskState(flags.dir ?? DIR, { ...state, fileBase: `${baseUrl}/files` });
    const sweeping = setInterval(() => void sweepAll(stores), HOUR);
    sweeping.unref();
    const closed = listening.closed.then(async () => {
      clearInterval(sweeping);
      for (const each of stores) await each.close();
    });
    const generatedToken = usesToken(flags, secrets) && flags.token === undefined ? token : null;
    return {
      baseUrl,
      title: store.title,
      generatedToken,
      closed,
      close: () => listening.close().then(() => closed),
    };
  } catch (error) {
    for (const each of stores) await each.close();
    throw error;
  }
}

/** What is kept in the folder; null where nothing has to be: the owner gave every secret. */
async function stateFor({ flags, secrets, store }: ServeConfiguration): Promise<DiskState | null> {
  const given = secrets.ticketSecret !== null && (flags.token !== undefined || !usesToken(flags, secrets));
  return store.provider === 'disk' || !given ? openDiskState(flags.dir ?? DIR) : null;
}

async function openStores(
  { flags, store, alsoRead }: ServeConfiguration,
  baseUrl: string,
): Promise<readonly [ServedStore, ...ServedStore[]]> {
  const open = (each: typeof store, mountPath: string): Promise<ServedStore> =>
    openServedStore(each, { baseUrl, mountPath, maxSize: flags.maxSize, onError: logToStderr });
  const first = await open(store, '/disk');
  const older: ServedStore[] = [];
  for (const [index, each] of alsoRead.entries()) older.push(await open(each, `/disk-${index + 1}`));
  return [first, ...older];
}

function optionsOf(
  flags: ServeFlags,
  stores: readonly [ServedStore, ...ServedStore[]],
): Omit<NodeFileServerOptions, 'baseUrl' | 'authorise' | 'ticketKeys'> {
  const [store, ...older] = stores;
  const { legacy, lenient, uploadsPerMinute, maxSize, maxUploads } = flags;
  const { check } = store;
  return {
    signer: store.signer,
    alsoRead: older.map(({ signer }) => signer),
    storeNames: stores.map(({ name }) => name),
    mounts: stores.flatMap(({ mount }) => mount ?? []),
    // The bytes are here already: a redirect would only cost one more request.
    downloads: flags.downloads ?? (store.mount === undefined ? 'redirect' : 'stream'),
    limits: defined({ maxFileSize: maxSize, maxUploads }),
    uploadUrl: { dialect: legacy ? 'legacy' : 'current', lenientFields: lenient === true },
    ...(flags.origin === undefined ? {} : { origins: flags.origin }),
    ...(check === undefined ? {} : { check }),
    ...(uploadsPerMinute === undefined
      ? {}
      : { rateLimiter: rateLimiter({ upload: { requests: uploadsPerMinute, per: MINUTE } }) }),
  };
}

function metricsOf({ metrics }: ServeFlags, token: string | null): Pick<NodeFileServerOptions, 'metrics'> {
  if (token !== null) return { metrics: { token } };
  return metrics ? { metrics: 'open' } : {};
}

function ticketKey(secret: string | null, state: DiskState | null): TicketKey {
  if (secret !== null) return { id: 'env', secret };
  if (state === null) throw new TransferError('internal', 'There is no secret to seal tickets with.');
  // Not the very secret that signs URLs: one secret, one use.
  return { id: state.secret.id, secret: `tickets ${state.secret.secret}` };
}

async function sweepAll(stores: readonly ServedStore[]): Promise<void> {
  for (const { sweep } of stores) await sweep?.().catch(logToStderr);
}

/** What a disk says of itself, outside of any request. */
function logToStderr(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
}
