import type { Progress } from '../engine/ledger.ts';
import type { Lane } from '../engine/request/lane.ts';
import { throwIfStopped } from '../engine/request/time.ts';
import { UPLOAD_KEPT_FOR } from '../engine/upload/journaled.ts';
import { runUpload } from '../engine/upload/upload.ts';
import { type UploadJob, UploadWaiters } from '../engine/upload/upload-job.ts';
import { contentTypeFor } from '../naming/content-type.ts';
import { trueName } from '../naming/true-name.ts';
import type { JournalWaiter } from '../ports/journal.ts';
import type { Source, SourceFacts } from '../ports/ports.ts';
import type { TransferLabel } from '../runtime/events.ts';
import { type Asking, report, type Shared } from '../runtime/joins.ts';
import { type Runtime, sharedRuntime, type UploadWaiter } from '../runtime/runtime.ts';
import { NEVER, priorityNow, type StopSignal } from '../runtime/stopping.ts';
import type { StoredObject } from '../signer/object.ts';
import { storeOf, uploadJoin, uploadKey, uploadLabel } from './identity.ts';
import { observed } from './observed.ts';
import { contextFor, withHash } from './run-context.ts';
import type { UploadOptions } from './types.ts';
import { type UploadInput, uploadInput } from './upload-from.ts';
import { openUrl } from './url-source.ts';

/**
 * Uploads a file. Queues with all transfers of the runtime, joins a running upload of the same file, continues an
 * earlier attempt, and resolves when the file is committed. A path is opened only when its turn has come.
 *
 * @throws TransferError with any of `ERROR_CODES`; `stopped` when the signal was raised
 */
export function upload(options: UploadOptions): Promise<StoredObject> {
  // Not async: thousands may wait, and each would keep a promise more.
  let request: UploadRequest;
  try {
    request = new UploadRequest(options);
  } catch (error) {
    return Promise.reject(error);
  }
  return observed(request.runtime, request.label, request.answer());
}

/** One call of {@link upload}: one who waits, and what runs where there is no run to join. Thousands may be queued. */
class UploadRequest implements UploadWaiter, Asking<StoredObject, UploadWaiter> {
  readonly runtime: Runtime;
  readonly label: TransferLabel;
  readonly #options: UploadOptions;
  readonly #input: UploadInput;
  #size: number | null = null;
  #fingerprint: string | null = null;
  #started = false;
  readonly #number: number;

  constructor(options: UploadOptions) {
    const { from, runtime = sharedRuntime() } = options;
    this.runtime = runtime;
    this.#input = uploadInput(from, options);
    this.label = uploadLabel(this.#input.name, options);
    this.#options = options;
    this.#number = runtime.queue.arrive();
  }

  get signal(): StopSignal {
    return this.#options.signal ?? NEVER;
  }

  get path(): string {
    return this.label.path;
  }

  get mid(): bigint {
    return this.label.mid;
  }

  priority(): number {
    return priorityNow(this.#options.priority);
  }

  onProgress(progress: Progress): void {
    this.#options.onProgress?.(progress);
  }

  journaled(): JournalWaiter | null {
    // Nobody can continue a stream.
    if (this.#fingerprint === null) return null;
    return { key: uploadKey(this.label, this.#options), remembered: this.label.mid !== 0n };
  }

  async answer(): Promise<StoredObject> {
    const input = this.#input;
    if (input.kind === 'path') {
      this.#take(await this.runtime.ports.files.look(input.path));
      return (await this.#answered()) ?? this.#join();
    }
    if (input.kind === 'url') return this.#join();
    try {
      this.#take(input.source.facts);
      return (await this.#answered()) ?? (await this.#join());
    } finally {
      // The run that has it closes it: whoever gave it may have stopped waiting long before.
      if (!this.#started) await close(input.source);
    }
  }

  #take({ size, fingerprint }: SourceFacts): void {
    this.#size = size;
    this.#fingerprint = fingerprint;
  }

  /** The answer to a message whose upload was committed by an earlier start: its app may have died before it was told. */
  async #answered(): Promise<StoredObject | null> {
    const journaled = this.journaled();
    if (journaled?.remembered !== true) return null;
    throwIfStopped(this.signal);
    const { journal, clock } = this.runtime.ports;
    // What the journal's failure means, the run will tell.
    const record = await journal.get(journaled.key).catch(() => null);
    throwIfStopped(this.signal);
    if (record?.state !== 'stored' || record.fingerprint !== this.#fingerprint) return null;
    if (record.store !== storeOf(this.#options.signer)) return null;
    if (clock.now() - record.updatedAt > UPLOAD_KEPT_FOR) return null;
    const { size } = record.object;
    report(this, { done: size, total: size, percent: 100 });
    return record.object;
  }

  #join(): Promise<StoredObject> {
    const key = uploadJoin(this.label, this.#options, this.#fingerprint);
    return this.runtime.uploads.join(key, this, this);
  }

  onStarted(): void {
    this.#started = true;
  }

  onJoined(): void {
    this.runtime.queue.reconsider();
    this.runtime.onEvent({ type: 'joined', transfer: this.label });
  }

  start(shared: Shared<UploadWaiter>): Promise<StoredObject> {
    const input = this.#input;
    const small = this.#size !== null && this.#size <= this.runtime.admission.smallFile;
    const entry = {
      priority: () => shared.priority(),
      number: this.#number,
      small,
      signal: shared.stopping,
    };
    const onQueued = (): void => this.runtime.onEvent({ type: 'queued', transfer: this.label });
    const running = this.runtime.queue.run(entry, (lane) => this.#run(shared, lane), onQueued);
    return input.kind === 'source' ? running.finally(() => close(input.source)) : running;
  }

  /** Its turn has come. */
  async #run(shared: Shared<UploadWaiter>, lane: Lane): Promise<StoredObject> {
    const { runtime, label } = this;
    const { signer } = this.#options;
    const waiters = new UploadWaiters();
    shared.onWaiter((waiter) => {
      const journaled = waiter.journaled();
      if (journaled === null) return;
      waiters.add(journaled);
      runtime.remembering.set(journaled.key, waiters);
    });
    runtime.onEvent({ type: 'started', transfer: label });
    try {
      const source = await this.#open(shared.signal);
      try {
        throwIfStopped(shared.signal);
        const place = { priority: () => shared.priority(), store: storeOf(signer), lane };
        const onProgress = (progress: Progress): void => shared.onProgress(progress);
        const { size } = source.facts;
        const context = contextFor(runtime, label, size, shared.signal, onProgress, place);
        // Whoever asked first may have stopped before their turn: the object is that of a message that still waits.
        const mid = shared.waiters()[0]?.mid ?? label.mid;
        return await runUpload(withHash(context, signer.hash), this.#job(source, waiters, mid));
      } finally {
        if (this.#input.kind !== 'source') await close(source);
      }
    } finally {
      for (const { key } of waiters.list()) {
        if (runtime.remembering.get(key) === waiters) runtime.remembering.delete(key);
      }
    }
  }

  #open(signal: AbortSignal): Source | Promise<Source> {
    const input = this.#input;
    if (input.kind === 'source') return input.source;
    const { ports } = this.runtime;
    if (input.kind === 'path') return ports.files.openSource(input.path);
    return openUrl(this.runtime, input.url, this.#options.privateHosts ?? [], signal);
  }

  #job(source: Source, waiters: UploadWaiters, mid: bigint): UploadJob {
    const { runtime, label } = this;
    const { signer, uid = 0, secure = false, ...given } = this.#options;
    const name = trueName(given.name ?? source.facts.name);
    const contentType = contentTypeFor(given.contentType ?? source.facts.contentType, name);
    return {
      signer,
      store: storeOf(signer),
      source,
      facts: { contentType, name, source: label.source, uid, mid, secure },
      waiters,
      onResumed: (bytes) => runtime.onEvent({ type: 'resumed', transfer: label, bytes }),
    };
  }
}

async function close(source: Source): Promise<void> {
  await source.close().catch(() => undefined);
}
