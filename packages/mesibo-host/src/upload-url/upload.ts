import {
  HTTPSTATE,
  type HttpState,
  type Runtime,
  type Source,
  sharedRuntime,
  TransferError,
} from '@mesibo-files/handler-core';
import { contentTypeOf } from '@mesibo-files/handler-core/provider';
import type { FormFields } from './fields.ts';
import { multipartForm } from './multipart.ts';
import { checkUploadUrlOptions, type UploadUrlOptions } from './options.ts';
import { postForm } from './post.ts';
import { urlInAnswer } from './server-answer.ts';
import { beforeRetry, reasonOf } from './waiting.ts';

/** One upload to a server that speaks mesibo's upload protocol. */
export interface UrlUpload {
  /** Where to, http or https. */
  readonly url: string;
  /** The form's fields beside the file; mesibo's own are `op`, `auth`, `uid`, `mid` and `source`. */
  readonly fields: FormFields;
  /** The file's local path. */
  readonly path: string;
  readonly options?: UploadUrlOptions;
  /** Queue, limits and ports. Default: the process's own. */
  readonly runtime?: Runtime;
  /** Stops it, also while it waits in the queue; it rejects with `stopped`. */
  readonly signal?: AbortSignal;
  /** Larger first in the queue; a function is asked again while it waits. Default 0. */
  readonly priority?: number | (() => number);
  /**
   * As mesibo's HTTP library tells it: with `UPLOAD` the percent of the form that were sent, with `DOWNLOAD` and 100
   * that the server has answered. Only the second means that the file is there.
   */
  readonly onProgress?: (state: HttpState, percent: number) => void;
}

/**
 * Uploads a file by mesibo's upload protocol, and answers its URL. Waits its turn in the runtime's queue, streams the
 * file with flat memory, and tries again what may pass.
 *
 * @throws TransferError with any of `ERROR_CODES`; neither it nor its cause holds a field of the form
 */
export async function uploadToUrl(upload: UrlUpload): Promise<string> {
  const url = uploadUrl(upload.url);
  const options = checkUploadUrlOptions(upload.options ?? {});
  const runtime = upload.runtime ?? sharedRuntime();
  const signal = upload.signal ?? new AbortController().signal;
  const { priority = 0 } = upload;
  const turn = { priority: typeof priority === 'function' ? priority : () => priority, small: false, signal };
  return runtime.queue.run(
    turn,
    async () => {
      const source = await runtime.ports.files.openSource(upload.path);
      try {
        return await persist(new Sending(upload, url, options, runtime, source, signal), runtime, signal);
      } finally {
        await source.close();
      }
    },
    () => undefined,
  );
}

/** @throws `invalid-url` */
export function uploadUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new TransferError('invalid-url', 'the upload URL is no absolute http or https URL');
}

async function persist(sending: Sending, runtime: Runtime, signal: AbortSignal): Promise<string> {
  for (let failures = 0; ; ) {
    try {
      return await sending.attempt(failures > 0);
    } catch (thrown) {
      if (signal.aborted) throw reasonOf(signal);
      const error = TransferError.from(thrown);
      failures += 1;
      if (!error.retryable || failures > sending.maxRetries) throw error;
      await beforeRetry(runtime, error, failures, signal);
    }
  }
}

/** The attempts at one upload. */
class Sending {
  readonly maxRetries: number;
  readonly #upload: UrlUpload;
  readonly #url: URL;
  readonly #options: UploadUrlOptions;
  readonly #runtime: Runtime;
  readonly #source: Source;
  readonly #signal: AbortSignal;

  constructor(
    upload: UrlUpload,
    url: URL,
    options: UploadUrlOptions,
    runtime: Runtime,
    source: Source,
    signal: AbortSignal,
  ) {
    this.#upload = upload;
    this.#url = url;
    this.#options = options;
    this.#runtime = runtime;
    this.#source = source;
    this.#signal = signal;
    this.maxRetries = options.maxRetries ?? 10;
  }

  async attempt(again: boolean): Promise<string> {
    const { ports, limits } = this.#runtime;
    const { fileField, dialect, headers, maxRedirects, resume } = this.#options;
    const { name, size } = this.#source.facts;
    if (size === null)
      throw new TransferError('unsupported', 'a file of unknown length can not be uploaded so');
    const from = again ? await this.#stored(size) : 0;
    const offset = from > 0 ? { [resume?.field ?? 'file_offset']: String(from) } : {};
    const file = {
      field: fileField ?? 'photo',
      name,
      contentType: contentTypeOf(name),
      source: this.#source,
      from,
      size,
    };
    const onProgress = this.#upload.onProgress ?? ((): void => undefined);
    const text = await postForm({
      runtime: this.#runtime,
      url: this.#url,
      headers: headers ?? {},
      form: multipartForm({ ...this.#upload.fields, ...offset }, file, limits.sliceSize, ports.random),
      maxRedirects: maxRedirects ?? 5,
      signal: this.#signal,
      onProgress: (state, percent) => onProgress(state, whole(percent, from, size)),
    });
    const url = urlInAnswer(text, dialect ?? 'current', this.#url.host);
    onProgress(HTTPSTATE.DOWNLOAD, 100);
    return url;
  }

  /** How many bytes of the file the server holds. */
  async #stored(size: number): Promise<number> {
    const { resume } = this.#options;
    if (resume === undefined) return 0;
    const { fields } = this.#upload;
    const stored = await resume.stored({ url: this.#url.href, fields, size, signal: this.#signal });
    if (Number.isSafeInteger(stored) && stored >= 0 && stored <= size) return stored;
    throw new TransferError('bad-answer', 'resume.stored answered no number of bytes of this file', {
      retryable: false,
    });
  }
}

/** Percent of the whole file, where only its end is sent. */
function whole(percent: number, from: number, size: number): number {
  const kept = size === 0 ? 0 : (from / size) * 100;
  return Math.floor(kept + (percent * (100 - kept)) / 100);
}
