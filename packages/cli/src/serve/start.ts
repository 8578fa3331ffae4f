import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { TicketKey } from '@mesibo-files/file-server';
import { type Ending, type NodeFileServerOptions, nodeFileServer } from '@mesibo-files/file-server/node';
import { TransferError } from '@mesibo-files/handler-core';
import { MINUTE, trimEnd } from '@mesibo-files/handler-core/provider';
import {
  type DiskState,
  diskStateFile,
  openDiskState,
  rotated,
  writeDiskState,
} from '../store/disk-state.ts';
import { defined } from '../store/signer-options.ts';
import { defaultBaseUrl, freePort } from './addresses.ts';
import { authoriseFor, usesToken } from './authorise.ts';
import type { ServeConfiguration, ServeSecrets } from './configuration.ts';
import { countersFor } from './counters.ts';
import type { ServeFlags } from './flags.ts';
import { openServedStore, type ServedStore } from './stores.ts';
import { roomWarnings, warningsFor } from './warnings.ts';

/** A server that runs. */
export interface Serving {
  /** Base URL that clients use. */
  readonly baseUrl: string;
  /** As in `disk /srv/files`. */
  readonly title: string;
  /** The token that was generated; null where the owner gave one, or decides by other means. */
  readonly generatedToken: { readonly token: string; readonly file: string } | null;
  /** What leaves a door open, one sentence each. */
  readonly warnings: readonly string[];
  /** Resolves when it has ended. */
  readonly closed: Promise<Ending>;
  /** Stops it in good order. */
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
  const dir = flags.dir ?? DIR;
  const state = await stateFor(configuration, dir);
  const stores = await openStores(configuration, baseUrl);
  const [store] = stores;
  const tokens = flags.token === undefined ? (state?.tokens ?? []) : [flags.token];
  const counters = countersFor(flags, logToStderr);
  try {
    const server = nodeFileServer({
      ...optionsOf(flags, stores),
      ...counters.options,
      baseUrl,
      authorise: authoriseFor(flags, secrets, tokens),
      ticketKeys: ticketKeys(secrets, state),
      log: flags.logLevel ?? logLevel,
      ...metricsOf(flags, secrets.metricsToken),
    });
    const { backlog, drainDelay } = flags;
    const listening = await server.listen({ host, port, ...defined({ backlog, drainDelay }) });
    if (state !== null) await writeDiskState(dir, { ...state, fileBase: `${baseUrl}/files` });
    const sweeping = setInterval(() => void sweepAll(stores), HOUR);
    sweeping.unref();
    const closed = listening.closed.then(async (ending) => {
      clearInterval(sweeping);
      await counters.close();
      for (const each of stores) await each.close();
      return ending;
    });
    const [token] = tokens;
    const generated = usesToken(flags, secrets) && flags.token === undefined && token !== undefined;
    const generatedToken = generated ? { token, file: resolve(diskStateFile(dir)) } : null;
    return {
      baseUrl,
      title: store.title,
      generatedToken,
      warnings: [...warningsFor(flags), ...roomWarnings(server.fitted)],
      closed,
      close: () => listening.close(),
    };
  } catch (error) {
    await counters.close();
    for (const each of stores) await each.close();
    throw error;
  }
}

/** The secrets kept in the folder; null where the owner gave every one. */
async function stateFor(
  { flags, secrets, store }: ServeConfiguration,
  dir: string,
): Promise<DiskState | null> {
  const given = secrets.ticketSecret !== null && (flags.token !== undefined || !usesToken(flags, secrets));
  if (store.provider !== 'disk' && given) return null;
  const state = await openDiskState(dir);
  if (flags.rotate !== true) return state;
  const fresh = rotated(state);
  await writeDiskState(dir, fresh);
  return fresh;
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
  const { legacy, lenient, maxSize, maxUploads, addressHeader, grace, uploadMemory } = flags;
  const { check } = store;
  return {
    signer: store.signer,
    alsoRead: older.map(({ signer }) => signer),
    storeNames: stores.map(({ name }) => name),
    mounts: stores.flatMap(({ mount }) => mount ?? []),
    // The bytes are here already: a redirect would only cost one more request.
    downloads: flags.downloads ?? (store.mount === undefined ? 'redirect' : 'stream'),
    limits: defined({ maxFileSize: maxSize, maxUploads, uploadMemory, shutdownTimeout: grace }),
    uploadUrl: { dialect: legacy ? 'legacy' : 'current', lenientFields: lenient === true },
    ...(flags.origin === undefined ? {} : { origins: flags.origin }),
    ...(check === undefined ? {} : { check }),
    ...(addressHeader === undefined ? {} : { addressHeader }),
  };
}

function metricsOf({ metrics }: ServeFlags, token: string | null): Pick<NodeFileServerOptions, 'metrics'> {
  if (token !== null) return { metrics: { token } };
  return metrics ? { metrics: 'open' } : {};
}

function ticketKeys(
  { ticketSecret, oldTicketSecret }: ServeSecrets,
  state: DiskState | null,
): readonly [TicketKey, ...TicketKey[]] {
  const given = [ticketSecret, oldTicketSecret].flatMap((secret) => (secret === null ? [] : [secret]));
  // A secret is known by itself, whether it is the new one or the old.
  const [first, ...others] = given.map((secret) => ({ id: `env-${digestOf(secret)}`, secret }));
  if (ticketSecret !== null && first !== undefined) return [first, ...others];
  if (state === null) throw new TransferError('internal', 'There is no secret to seal tickets with.');
  // Not the very secret that signs URLs: one secret, one use.
  const ofState = ({ id, secret }: { id: string; secret: string }): TicketKey => ({
    id,
    secret: `tickets ${secret}`,
  });
  const [newest, ...older] = state.secrets;
  return [ofState(newest), ...older.map(ofState), ...(first === undefined ? [] : [first])];
}

function digestOf(secret: string): string {
  return createHash('sha256').update(`id of ${secret}`).digest('hex').slice(0, 12);
}

async function sweepAll(stores: readonly ServedStore[]): Promise<void> {
  for (const { sweep } of stores) await sweep?.().catch(logToStderr);
}

/** What a disk says of itself, outside of any request. */
function logToStderr(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
}
