import { FILESOURCE } from '../contract/constants.ts';
import { runDownload } from '../engine/download/download.ts';
import { httpUrl, runPlainDownload } from '../engine/download/plain.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { TransferLabel } from '../runtime/events.ts';
import { type Runtime, sharedRuntime } from '../runtime/runtime.ts';
import type { ObjectFacts } from '../signer/object.ts';
import { contextFor, neverRaised } from './context.ts';
import { observed } from './observed.ts';
import type { DownloadedFile, DownloadOptions } from './types.ts';

/**
 * Downloads a file: whole, verified, flushed and in its place, or not there at all. Queues with all transfers of the
 * runtime, joins a running download of the same URL, continues an earlier attempt.
 *
 * @throws TransferError with any of `ERROR_CODES`; `stopped` when the signal was raised
 */
export async function download(options: DownloadOptions): Promise<DownloadedFile> {
  const runtime = options.runtime ?? sharedRuntime();
  const label: TransferLabel = {
    direction: 'download',
    path: options.to,
    mid: options.mid ?? 0n,
    source: options.source ?? FILESOURCE.CUSTOM,
  };
  return observed(runtime, label, async () => {
    const run = choose(runtime, label, options);
    const waiter = {
      signal: options.signal ?? neverRaised(),
      onProgress: options.onProgress ?? (() => undefined),
      path: options.to,
    };
    const { result, first } = await runtime.downloads.join(
      options.url,
      waiter,
      (shared) =>
        runtime.queue.run(
          { priority: options.priority ?? 0, small: false, signal: shared.signal },
          () => {
            runtime.onEvent({ type: 'started', transfer: label });
            const context = contextFor(runtime, label, null, shared.signal, shared.onProgress);
            return run(context, () => shared.waiters()[0]?.path ?? options.to);
          },
          () => runtime.onEvent({ type: 'queued', transfer: label }),
        ),
      () => runtime.onEvent({ type: 'joined', transfer: label }),
    );
    if (first !== undefined && first.path !== options.to)
      await runtime.ports.files.copy(first.path, options.to);
    return { ...facts(result), url: options.url, path: options.to };
  });
}

type Run = (context: ReturnType<typeof contextFor>, finalPath: () => string) => Promise<ObjectFacts>;

/** Finds who can fetch the URL. @throws `invalid-url`, `foreign-url` */
function choose(runtime: Runtime, transfer: TransferLabel, options: DownloadOptions): Run {
  const { url, to: path } = options;
  const signer = options.signers.find((candidate) => candidate.owns(url));
  const onResumed = (bytes: number): void => runtime.onEvent({ type: 'resumed', transfer, bytes });
  if (signer !== undefined) {
    return (context, finalPath) => runDownload(context, { signer, url, path, finalPath, onResumed });
  }
  const { host } = httpUrl(url);
  if (options.foreignUrls !== 'plain') {
    throw new TransferError('foreign-url', `${host}: none of the configured stores has this URL`);
  }
  const privateHosts = options.privateHosts ?? [];
  return (context, finalPath) => runPlainDownload(context, { url, path, finalPath, privateHosts });
}

function facts({ size, contentType, version, integrity, name }: ObjectFacts): ObjectFacts {
  return { size, contentType, version, integrity, name };
}
