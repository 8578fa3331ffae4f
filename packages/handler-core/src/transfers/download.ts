import type { Waiter } from '../admission/joins.ts';
import { livePriority } from '../admission/priority.ts';
import { FILESOURCE } from '../contract/constants.ts';
import { runDownload } from '../engine/download/download.ts';
import { httpUrl, runPlainDownload } from '../engine/download/plain.ts';
import { checkOrigin, tokenRights } from '../engine/download/secure.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { FilePort } from '../ports/files.ts';
import type { TransferLabel } from '../runtime/events.ts';
import { type Runtime, sharedRuntime } from '../runtime/runtime.ts';
import type { ObjectFacts } from '../signer/object.ts';
import { contextFor, neverRaised, withHash } from './context.ts';
import { signerId } from './identity.ts';
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
    const { run, rights } = choose(runtime, label, options);
    const waiter = {
      signal: options.signal ?? neverRaised(),
      onProgress: options.onProgress ?? (() => undefined),
      path: options.to,
      priority: livePriority(options.priority),
    };
    const result = await runtime.downloads.join(
      JSON.stringify([options.url, ...rights]),
      waiter,
      (shared) =>
        runtime.queue.run(
          { priority: shared.priority, small: false, signal: shared.signal },
          async () => {
            runtime.onEvent({ type: 'started', transfer: label });
            const context = contextFor(runtime, label, null, shared.signal, shared.onProgress);
            let path = options.to;
            const result = await run(context, () => {
              path = shared.waiters()[0]?.path ?? options.to;
              return path;
            });
            copies.set(result, await copyToAll(runtime.ports.files, path, shared.waiters));
            return result;
          },
          () => runtime.onEvent({ type: 'queued', transfer: label }),
        ),
      () => runtime.onEvent({ type: 'joined', transfer: label }),
    );
    const failure = copies.get(result)?.get(options.to);
    if (failure !== undefined) throw failure;
    return { ...facts(result), url: options.url, path: options.to };
  });
}

/** Whose copy of a shared result failed, by path. */
const copies = new WeakMap<ObjectFacts, ReadonlyMap<string, TransferError>>();

/** Gives every waiter a file of its own, before any is told: the first may move the file away at once. */
async function copyToAll(
  files: FilePort,
  from: string,
  waiters: () => readonly Waiter[],
): Promise<ReadonlyMap<string, TransferError>> {
  const failures = new Map<string, TransferError>();
  const done = new Set([from]);
  for (;;) {
    const next = waiters().find(({ path }) => !done.has(path));
    if (next === undefined) return failures;
    done.add(next.path);
    await files.copy(from, next.path).catch((error: unknown) => {
      failures.set(next.path, TransferError.from(error));
    });
  }
}

type Run = (context: ReturnType<typeof contextFor>, finalPath: () => string) => Promise<ObjectFacts>;

/**
 * Finds who can fetch the URL. Only downloads with the same rights may be joined.
 * @throws `invalid-url`, `foreign-url`, `unauthorised`
 */
function choose(
  runtime: Runtime,
  transfer: TransferLabel,
  options: DownloadOptions,
): { readonly run: Run; readonly rights: readonly unknown[] } {
  const { url, to: path } = options;
  const signer = options.signers.find((candidate) => candidate.owns(url));
  const onResumed = (bytes: number): void => runtime.onEvent({ type: 'resumed', transfer, bytes });
  if (signer !== undefined) {
    return {
      run: (context, finalPath) =>
        runDownload(withHash(context, signer.hash), { signer, url, path, finalPath, onResumed }),
      rights: [signerId(signer)],
    };
  }
  const foreign = httpUrl(url);
  const secure = options.secure === true ? checkOrigin(options.secureDownloads, foreign) : null;
  if (secure === null && options.foreignUrls !== 'plain') {
    throw new TransferError('foreign-url', `${foreign.host}: none of the configured stores has this URL`);
  }
  const privateHosts = options.privateHosts ?? [];
  return {
    run: (context, finalPath) =>
      runPlainDownload(context, { url, path, finalPath, privateHosts, secure, onResumed }),
    rights: ['plain', privateHosts, secure && tokenRights(secure)],
  };
}

function facts({ size, contentType, version, integrity, name }: ObjectFacts): ObjectFacts {
  return { size, contentType, version, integrity, name };
}
