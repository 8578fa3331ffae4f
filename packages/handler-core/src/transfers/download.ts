import { FILESOURCE } from '../contract/constants.ts';
import { runDownload } from '../engine/download/download.ts';
import type { Destination } from '../engine/download/download-job.ts';
import { httpUrl, runPlainDownload } from '../engine/download/plain.ts';
import { checkOrigin } from '../engine/download/secure.ts';
import type { Progress } from '../engine/ledger.ts';
import type { TransferLimits } from '../engine/limits.ts';
import type { Lane } from '../engine/request/lane.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { TransferLabel } from '../runtime/events.ts';
import type { Shared, Waiter } from '../runtime/joins.ts';
import { type Runtime, sharedRuntime } from '../runtime/runtime.ts';
import { livePriority, NEVER } from '../runtime/stopping.ts';
import type { ObjectFacts } from '../signer/object.ts';
import { placesOf } from './destination.ts';
import { BytesDestination, type DownloadOutput, downloadOutput, SinkDestination } from './download-to.ts';
import { type DownloadRights, downloadJoin, downloadKey, storeOf } from './identity.ts';
import { observed } from './observed.ts';
import { contextFor, withHash } from './run-context.ts';
import type {
  DownloadBytesOptions,
  DownloadedBytes,
  DownloadedFile,
  DownloadedStream,
  DownloadOptions,
  DownloadStreamOptions,
} from './types.ts';

/** So many bytes are downloaded into memory at most, unless `maxBytes` says otherwise. */
const MOST_BYTES = 100 * 1024 * 1024;

/** One request for the whole, as far as the store lets: bytes of a stream are wanted in order. */
const IN_ORDER: Partial<TransferLimits> = { concurrency: 1, rangeSize: 1024 * 1024 * 1024 };

/**
 * Downloads a file. To a path: whole, verified, flushed and in its place, or not there at all; joins a running download of
 * the same URL, and continues an earlier attempt. Without `to`: answers the verified bytes. To a writable stream: in order,
 * as fast as the stream takes them, verified at the end: it rejects, and the stream is destroyed, when a byte was wrong.
 * Queues with all transfers of the runtime.
 *
 * @throws TransferError with any of `ERROR_CODES`; `stopped` when the signal was raised
 */
export function download(options: DownloadBytesOptions): Promise<DownloadedBytes>;
export function download(options: DownloadStreamOptions): Promise<DownloadedStream>;
export function download(options: DownloadOptions): Promise<DownloadedFile>;
export async function download(
  options: DownloadOptions | DownloadStreamOptions | DownloadBytesOptions,
): Promise<DownloadedFile | DownloadedStream | DownloadedBytes> {
  const runtime = options.runtime ?? sharedRuntime();
  const output = downloadOutput(options.to);
  const label: TransferLabel = {
    direction: 'download',
    path: output.kind === 'path' ? output.path : `(${output.kind === 'sink' ? 'a stream' : 'memory'})`,
    mid: options.mid ?? 0n,
    source: options.source ?? FILESOURCE.CUSTOM,
  };
  return observed(runtime, label, carryOut(runtime, label, options, output));
}

/**
 * The file as a web stream, which is also an async iterable in Node: in order, as fast as it is read, verified at the end.
 * When a byte was wrong, the reader gets `digest-mismatch` instead of the end. Cancelling the stream stops the download.
 */
export function downloadStream(
  options: Omit<DownloadStreamOptions, 'to'>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  // Whoever reads the stream is told.
  download({ ...options, to: writable }).catch(() => undefined);
  return readable;
}

async function carryOut(
  runtime: Runtime,
  label: TransferLabel,
  options: DownloadOptions | DownloadStreamOptions | DownloadBytesOptions,
  output: DownloadOutput,
): Promise<DownloadedFile | (DownloadedStream & Partial<DownloadedBytes>)> {
  const { url } = options;
  if (output.kind === 'path') {
    const result = await join(runtime, label, options, null);
    return { ...facts(result), url, path: output.path };
  }
  if (output.kind === 'bytes') {
    const most = 'maxBytes' in options ? (options.maxBytes ?? MOST_BYTES) : MOST_BYTES;
    const limits = { ...runtime.limits, ...capped(runtime.limits, most) };
    const destination = new BytesDestination();
    const result = await join({ ...runtime, limits }, label, options, destination);
    return { ...facts(result), url, bytes: destination.bytes };
  }
  const limits = { ...runtime.limits, ...IN_ORDER };
  try {
    const result = await join({ ...runtime, limits }, label, options, new SinkDestination(output.sink));
    await output.sink.close();
    return { ...facts(result), url };
  } catch (error) {
    await output.sink.abort(TransferError.from(error));
    throw error;
  }
}

function capped({ maxDownloadSize, maxForeignSize }: TransferLimits, most: number): Partial<TransferLimits> {
  if (!(Number.isSafeInteger(most) && most >= 0)) {
    throw new TransferError('invalid-argument', 'maxBytes: bytes, a whole number');
  }
  return { maxDownloadSize: Math.min(most, maxDownloadSize), maxForeignSize: Math.min(most, maxForeignSize) };
}

let lastAlone = 0;

/** `own`: where this one's bytes go, who shares them with nobody. Null: a path, whose run others may join. */
async function join(
  runtime: Runtime,
  label: TransferLabel,
  options: DownloadOptions | DownloadStreamOptions | DownloadBytesOptions,
  own: Destination | null,
): Promise<ObjectFacts> {
  const { url } = options;
  const rights = rightsFor(options);
  const waiter: Waiter = {
    signal: options.signal ?? NEVER,
    onProgress: options.onProgress ?? (() => undefined),
    path: label.path,
    priority: livePriority(options.priority),
  };
  lastAlone += own === null ? 0 : 1;
  const key = downloadJoin(url, rights) + (own === null ? '' : ` alone ${lastAlone}`);
  return runtime.downloads.join(key, waiter, {
    start: (shared) => run(runtime, label, url, rights, shared, own),
    onJoined: () => {
      runtime.queue.reconsider();
      runtime.onEvent({ type: 'joined', transfer: label });
    },
  });
}

function run(
  runtime: Runtime,
  label: TransferLabel,
  url: string,
  rights: DownloadRights,
  shared: Shared,
  own: Destination | null,
): Promise<ObjectFacts> {
  const foreign = rights.signer === null;
  const entry = { priority: () => shared.priority(), small: false, foreign, signal: shared.stopping };
  const onQueued = (): void => runtime.onEvent({ type: 'queued', transfer: label });
  return runtime.queue.run(entry, (lane) => carry(runtime, label, url, rights, shared, lane, own), onQueued);
}

/** Its turn has come. */
function carry(
  runtime: Runtime,
  label: TransferLabel,
  url: string,
  rights: DownloadRights,
  shared: Shared,
  lane: Lane,
  own: Destination | null,
): Promise<ObjectFacts> {
  runtime.onEvent({ type: 'started', transfer: label });
  const store = rights.signer === null ? new URL(url).host : storeOf(rights.signer);
  const place = { priority: () => shared.priority(), store, lane };
  const onProgress = (progress: Progress): void => shared.onProgress(progress);
  const context = contextFor(runtime, label, null, shared.signal, onProgress, place);
  const destination =
    own ?? placesOf(runtime.ports.files, shared, (version) => downloadKey(url, rights, version));
  const onResumed = (bytes: number): void => runtime.onEvent({ type: 'resumed', transfer: label, bytes });
  const job = { url, destination, onResumed };
  return rights.signer === null
    ? runPlainDownload(context, { ...job, ...rights })
    : runDownload(withHash(context, rights.signer.hash), { ...job, ...rights });
}

/** @throws `invalid-url`, `foreign-url`, `unauthorised` */
function rightsFor(options: Omit<DownloadOptions, 'to'>): DownloadRights {
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
