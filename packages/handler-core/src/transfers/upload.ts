import { report, type Shared } from '../admission/joins.ts';
import { livePriority } from '../admission/priority.ts';
import type { Lane } from '../engine/lane.ts';
import { throwIfStopped } from '../engine/time.ts';
import { UPLOAD_KEPT_FOR } from '../engine/upload/continue.ts';
import { type UploadJob, UploadWaiters } from '../engine/upload/job.ts';
import { runUpload } from '../engine/upload/upload.ts';
import { contentTypeOf } from '../naming/content-type.ts';
import { normaliseMediaType } from '../naming/media-type.ts';
import { trueName } from '../naming/true-name.ts';
import type { Source, SourceFacts } from '../ports/files.ts';
import type { TransferLabel } from '../runtime/events.ts';
import { type Runtime, sharedRuntime, type UploadWaiter } from '../runtime/runtime.ts';
import type { StoredObject } from '../signer/object.ts';
import { contextFor, neverRaised, withHash } from './context.ts';
import { storeOf, uploadJoin, uploadKey, uploadLabel } from './identity.ts';
import { observed } from './observed.ts';
import type { UploadOptions } from './types.ts';

/**
 * Uploads a file. Queues with all transfers of the runtime, joins a running upload of the same file, continues an
 * earlier attempt, and resolves when the file is committed. A path is opened only when its turn has come.
 *
 * @throws TransferError with any of `ERROR_CODES`; `stopped` when the signal was raised
 */
export async function upload(options: UploadOptions): Promise<StoredObject> {
  const runtime = options.runtime ?? sharedRuntime();
  const { from } = options;
  const label = uploadLabel(typeof from === 'string' ? from : from.facts.name, options);
  return observed(runtime, label, async () => {
    const given = new GivenSource(from);
    try {
      const facts = typeof from === 'string' ? await runtime.ports.files.look(from) : from.facts;
      return await join(runtime, label, options, given, facts);
    } finally {
      await given.closeUnlessTaken();
    }
  });
}

/** A source that the caller gave. The run that takes it closes it: whoever gave it may have stopped waiting long before. */
class GivenSource {
  readonly #source: Source | null;
  #taken = false;

  constructor(from: string | Source) {
    this.#source = typeof from === 'string' ? null : from;
  }

  take(): void {
    this.#taken = true;
  }

  async closeUnlessTaken(): Promise<void> {
    if (!this.#taken && this.#source !== null) await close(this.#source);
  }
}

async function join(
  runtime: Runtime,
  label: TransferLabel,
  options: UploadOptions,
  given: GivenSource,
  facts: SourceFacts,
): Promise<StoredObject> {
  const { fingerprint } = facts;
  const waiter: UploadWaiter = {
    signal: options.signal ?? neverRaised(),
    onProgress: options.onProgress ?? ignored,
    path: label.path,
    priority: livePriority(options.priority),
    // Nobody can continue a stream.
    journaled: fingerprint === null ? null : { key: uploadKey(label, options), remembered: label.mid !== 0n },
  };
  const answered = await answer(runtime, waiter, storeOf(options.signer), fingerprint);
  if (answered !== null) return answered;
  return runtime.uploads.join(uploadJoin(label, options, fingerprint), waiter, {
    start: (shared) => run(runtime, label, options, facts, shared),
    onStarted: () => given.take(),
    onJoined: () => {
      runtime.queue.reconsider();
      runtime.onEvent({ type: 'joined', transfer: label });
    },
  });
}

/** The answer to a message whose upload was committed by an earlier start: its app may have died before it was told. */
async function answer(
  { ports }: Runtime,
  { journaled, onProgress, signal }: UploadWaiter,
  store: string,
  fingerprint: string | null,
): Promise<StoredObject | null> {
  if (journaled?.remembered !== true || signal.aborted) return null;
  // What the journal's failure means, the run will tell.
  const record = await ports.journal.get(journaled.key).catch(() => null);
  if (record?.state !== 'stored' || record.store !== store || record.fingerprint !== fingerprint) return null;
  if (ports.clock.now() - record.updatedAt > UPLOAD_KEPT_FOR) return null;
  throwIfStopped(signal);
  const { size } = record.object;
  report({ onProgress }, { done: size, total: size, percent: 100 });
  return record.object;
}

async function run(
  runtime: Runtime,
  label: TransferLabel,
  options: UploadOptions,
  { size }: SourceFacts,
  shared: Shared<UploadWaiter>,
): Promise<StoredObject> {
  const { from } = options;
  const waiters = new UploadWaiters();
  shared.onWaiter(({ journaled }) => {
    if (journaled === null) return;
    waiters.add(journaled);
    runtime.remembering.set(journaled.key, waiters);
  });
  const small = size !== null && size <= runtime.admission.smallFile;
  const entry = { priority: shared.priority, small, signal: shared.signal };
  const task = async (lane: Lane): Promise<StoredObject> => {
    runtime.onEvent({ type: 'started', transfer: label });
    const source = typeof from === 'string' ? await runtime.ports.files.openSource(from) : from;
    try {
      throwIfStopped(shared.signal);
      const { signal, priority, onProgress } = shared;
      const place = { priority, store: storeOf(options.signer), lane };
      const context = contextFor(runtime, label, source.facts.size, signal, onProgress, place);
      return await runUpload(
        withHash(context, options.signer.hash),
        jobFor(runtime, label, options, source, waiters),
      );
    } finally {
      if (source !== from) await close(source);
    }
  };
  try {
    return await runtime.queue.run(entry, task, () => runtime.onEvent({ type: 'queued', transfer: label }));
  } finally {
    for (const { key } of waiters.list()) {
      if (runtime.remembering.get(key) === waiters) runtime.remembering.delete(key);
    }
    if (typeof from !== 'string') await close(from);
  }
}

function jobFor(
  runtime: Runtime,
  label: TransferLabel,
  options: UploadOptions,
  source: Source,
  waiters: UploadWaiters,
): UploadJob {
  const name = trueName(options.name ?? source.facts.name);
  const contentType =
    options.contentType === undefined ? contentTypeOf(name) : statedType(options.contentType);
  const { uid = 0, secure = false } = options;
  return {
    signer: options.signer,
    store: storeOf(options.signer),
    source,
    facts: { contentType, name, source: label.source, uid, mid: label.mid, secure },
    waiters,
    onResumed: (bytes) => runtime.onEvent({ type: 'resumed', transfer: label, bytes }),
  };
}

/** As it is stated, but for parameters that no server takes: recorders of browsers write `video/webm;codecs=vp8,opus`. */
function statedType(stated: string): string {
  const [essence = ''] = stated.split(';', 1);
  return normaliseMediaType(stated) ?? normaliseMediaType(essence) ?? stated;
}

async function close(source: Source): Promise<void> {
  await source.close().catch(ignored);
}

function ignored(): void {}
