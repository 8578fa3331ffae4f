import { FILESOURCE } from '../contract/constants.ts';
import { runDownload } from '../engine/download/download.ts';
import { httpUrl, runPlainDownload } from '../engine/download/plain.ts';
import { checkOrigin } from '../engine/download/secure.ts';
import type { Progress } from '../engine/ledger.ts';
import type { Lane } from '../engine/request/lane.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { TransferLabel } from '../runtime/events.ts';
import type { Shared, Waiter } from '../runtime/joins.ts';
import { type Runtime, sharedRuntime } from '../runtime/runtime.ts';
import { livePriority, NEVER } from '../runtime/stopping.ts';
import type { ObjectFacts } from '../signer/object.ts';
import { placesOf } from './destination.ts';
import { type DownloadRights, downloadJoin, downloadKey, storeOf } from './identity.ts';
import { observed } from './observed.ts';
import { contextFor, withHash } from './run-context.ts';
import type { DownloadedFile, DownloadOptions } from './types.ts';

/**
 * Downloads a file: whole, verified, flushed and in its place, or not there at all. Queues with all transfers of the
 * runtime, joins a running download of the same URL, continues an earlier attempt.
 *
 * @throws TransferError with any of `ERROR_CODES`; `stopped` when the signal was raised
 */
export function download(options: DownloadOptions): Promise<DownloadedFile> {
  const runtime = options.runtime ?? sharedRuntime();
  const label: TransferLabel = {
    direction: 'download',
    path: options.to,
    mid: options.mid ?? 0n,
    source: options.source ?? FILESOURCE.CUSTOM,
  };
  return observed(runtime, label, join(runtime, label, options));
}

async function join(
  runtime: Runtime,
  label: TransferLabel,
  options: DownloadOptions,
): Promise<DownloadedFile> {
  const { url, to: path } = options;
  const rights = rightsFor(options);
  const waiter: Waiter = {
    signal: options.signal ?? NEVER,
    onProgress: options.onProgress ?? (() => undefined),
    path,
    priority: livePriority(options.priority),
  };
  const result = await runtime.downloads.join(downloadJoin(url, rights), waiter, {
    start: (shared) => run(runtime, label, url, rights, shared),
    onJoined: () => {
      runtime.queue.reconsider();
      runtime.onEvent({ type: 'joined', transfer: label });
    },
  });
  return { ...facts(result), url, path };
}

function run(
  runtime: Runtime,
  label: TransferLabel,
  url: string,
  rights: DownloadRights,
  shared: Shared,
): Promise<ObjectFacts> {
  const foreign = rights.signer === null;
  const entry = { priority: () => shared.priority(), small: false, foreign, signal: shared.stopping };
  const onQueued = (): void => runtime.onEvent({ type: 'queued', transfer: label });
  return runtime.queue.run(entry, (lane) => carry(runtime, label, url, rights, shared, lane), onQueued);
}

/** Its turn has come. */
function carry(
  runtime: Runtime,
  label: TransferLabel,
  url: string,
  rights: DownloadRights,
  shared: Shared,
  lane: Lane,
): Promise<ObjectFacts> {
  runtime.onEvent({ type: 'started', transfer: label });
  const store = rights.signer === null ? new URL(url).host : storeOf(rights.signer);
  const place = { priority: () => shared.priority(), store, lane };
  const onProgress = (progress: Progress): void => shared.onProgress(progress);
  const context = contextFor(runtime, label, null, shared.signal, onProgress, place);
  const destination = placesOf(runtime.ports.files, shared, (version) => downloadKey(url, rights, version));
  const onResumed = (bytes: number): void => runtime.onEvent({ type: 'resumed', transfer: label, bytes });
  const job = { url, destination, onResumed };
  return rights.signer === null
    ? runPlainDownload(context, { ...job, ...rights })
    : runDownload(withHash(context, rights.signer.hash), { ...job, ...rights });
}

/** @throws `invalid-url`, `foreign-url`, `unauthorised` */
function rightsFor(options: DownloadOptions): DownloadRights {
  const { url } = options;
  const signer = options.signers.find((candidate) => candidate.owns(url));
  if (signer !== undefined) return { signer };
  const foreign = httpUrl(url);
  const secure = options.secure === true ? checkOrigin(options.secureDownloads, foreign) : null;
  if (secure === null && options.foreignUrls !== 'plain') {
    throw new TransferError('foreign-url', `${foreign.host}: none of the configured stores has this URL`);
  }
  return { signer: null, privateHosts: options.privateHosts ?? [], secure };
}

function facts({ size, contentType, version, integrity, name }: ObjectFacts): ObjectFacts {
  return { size, contentType, version, integrity, name };
}
