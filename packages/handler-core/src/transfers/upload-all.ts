import type { Progress } from '../engine/ledger.ts';
import { TransferError } from '../errors/transfer-error.ts';
import { type Runtime, sharedRuntime } from '../runtime/runtime.ts';
import type { StoredObject } from '../signer/object.ts';
import type { Signer } from '../signer/signer.ts';
import type { UploadOptions } from './types.ts';
import { upload } from './upload.ts';
import type { UploadFrom } from './upload-from.ts';

/** One file of several. */
export type FileOfAll = Pick<UploadOptions, 'from' | 'name' | 'contentType' | 'size'>;

/** Several files that go up together, as the pictures of an album. The other options hold for each of them. */
export interface UploadAllOptions
  extends Omit<UploadOptions, keyof FileOfAll | 'onProgress' | 'imageIndex' | 'signal'> {
  readonly files: readonly FileOfAll[];
  /**
   * All or nothing: the first that fails stops the others, those that are stored already are removed, and the call rejects
   * with its error. Default false: each ends for itself.
   */
  readonly allOrNothing?: boolean;
  /** Told of all files as of one: the bytes of all, and 100 only when all are stored. */
  readonly onProgress?: (progress: Progress) => void;
  /** Stops all that have not ended. */
  readonly signal?: AbortSignal;
}

/** How one of several ended. */
export type ResultOfAll =
  | { readonly stored: true; readonly object: StoredObject }
  | { readonly stored: false; readonly error: TransferError };

/** After so many milliseconds a file that is to be removed again is left. */
const REMOVED_WITHIN = 60_000;

/**
 * Uploads several files, in the runtime's queue as every other. Answers how each ended, in the order of `files`.
 *
 * @throws TransferError `invalid-argument` for no list of files; with `allOrNothing` that of the first that failed
 */
export async function uploadAll(options: UploadAllOptions): Promise<readonly ResultOfAll[]> {
  const { files, allOrNothing = false, onProgress, signal, ...shared } = options;
  if (!Array.isArray(files)) throw new TransferError('invalid-argument', 'files: a list of { from }');
  const runtime = shared.runtime ?? sharedRuntime();
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal?.reason);
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  let first: TransferError | null = null;
  const sum = new SumOfProgress(
    files.map(({ from, size }: FileOfAll) => ownSize(from) ?? size ?? null),
    onProgress,
  );
  const looked = Promise.all(
    files.map(async ({ from }: FileOfAll, index: number) => {
      if (typeof from === 'string') sum.sized(index, await sizeOf(from, runtime));
    }),
  );
  const one = async (file: FileOfAll, told: (progress: Progress) => void): Promise<ResultOfAll> => {
    try {
      // A stream is taken at once: it may break before it is read.
      if (typeof file.from === 'string') await looked;
      const object = await upload({ ...shared, ...file, runtime, signal: stop.signal, onProgress: told });
      return { stored: true, object };
    } catch (thrown) {
      const error = TransferError.from(thrown);
      first ??= error;
      if (allOrNothing) stop.abort(new TransferError('stopped', 'another file of the same call has failed'));
      return { stored: false, error };
    }
  };
  try {
    const results = await Promise.all(
      files.map((file: FileOfAll, index: number) => one(file, (progress) => sum.told(index, progress))),
    );
    if (first === null) sum.finish();
    else if (allOrNothing) throw await takenBack(first, results, shared.signer, runtime);
    return results;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Bytes, before its turn comes. A file that is not there says so when it is uploaded. */
async function sizeOf(path: string, { ports }: Runtime): Promise<number | null> {
  return ports.files.look(path).then(
    ({ size }) => size,
    () => null,
  );
}

function ownSize(from: UploadFrom): number | null {
  if (typeof from !== 'object' || from === null) return null;
  if ('byteLength' in from) return from.byteLength;
  if ('facts' in from) return from.facts.size;
  return 'size' in from && 'slice' in from ? from.size : null;
}

/** Removes what was stored. Answers the error with which all of it ends. */
async function takenBack(
  error: TransferError,
  results: readonly ResultOfAll[],
  signer: Signer,
  { ports }: Runtime,
): Promise<TransferError> {
  const late = new AbortController();
  const cancel = ports.clock.after(REMOVED_WITHIN, () =>
    late.abort(new TransferError('timeout', 'removing took too long')),
  );
  const stored = results.flatMap((result) => (result.stored ? [result.object.url] : []));
  const removed = await Promise.allSettled(stored.map((url) => signer.remove(url, { signal: late.signal })));
  cancel();
  const left = removed.filter(({ status }) => status === 'rejected').length;
  if (left === 0) return error;
  return new TransferError(error.code, `${error.message}; and ${left} stored files could not be removed`, {
    cause: error,
    retryable: error.retryable,
    hint: error.hint,
  });
}

/** The progress of all, as of one file. Never goes back. */
class SumOfProgress {
  readonly #done: number[];
  readonly #totals: (number | null)[];
  readonly #report: ((progress: Progress) => void) | undefined;
  #shown: Progress = { done: 0, total: null, percent: 0 };

  constructor(sizes: readonly (number | null)[], report: ((progress: Progress) => void) | undefined) {
    this.#done = sizes.map(() => 0);
    this.#totals = [...sizes];
    this.#report = report;
  }

  sized(index: number, bytes: number | null): void {
    this.#totals[index] = bytes;
  }

  told(index: number, { done, total }: Progress): void {
    this.#done[index] = Math.max(this.#done[index] ?? 0, done);
    this.#totals[index] = total ?? this.#totals[index] ?? null;
    const all = Math.max(this.#shown.done, sum(this.#done));
    const known = this.#totals.every((each) => each !== null);
    const whole = known ? sum(this.#totals.map((each) => each ?? 0)) : null;
    const percent = whole === null || whole === 0 ? 0 : Math.min(99, Math.floor((all / whole) * 100));
    this.#show({ done: all, total: whole, percent: Math.max(this.#shown.percent, percent) });
  }

  finish(): void {
    const all = sum(this.#done);
    this.#show({ done: all, total: all, percent: 100 });
  }

  #show(progress: Progress): void {
    this.#shown = progress;
    try {
      this.#report?.(progress);
    } catch {
      // A listener's fault is not the transfers'.
    }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((left, right) => left + right, 0);
}
