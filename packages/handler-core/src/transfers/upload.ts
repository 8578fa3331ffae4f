import type { Waiter } from '../admission/joins.ts';
import { livePriority } from '../admission/priority.ts';
import { type UploadJob, UploadWaiters } from '../engine/upload/job.ts';
import { runUpload } from '../engine/upload/upload.ts';
import { contentTypeOf } from '../naming/content-type.ts';
import { trueName } from '../naming/true-name.ts';
import type { Source } from '../ports/files.ts';
import type { JournalWaiter } from '../ports/journal.ts';
import type { TransferLabel } from '../runtime/events.ts';
import { type Runtime, sharedRuntime } from '../runtime/runtime.ts';
import type { StoredObject } from '../signer/object.ts';
import { contextFor, neverRaised, withHash } from './context.ts';
import { signerId, storeOf, uploadKey, uploadLabel } from './identity.ts';
import { observed } from './observed.ts';
import type { UploadOptions } from './types.ts';

/**
 * Uploads a file. Queues with all transfers of the runtime, joins a running upload of the same file, continues an
 * earlier attempt, and resolves when the file is committed.
 *
 * @throws TransferError with any of `ERROR_CODES`; `stopped` when the signal was raised
 */
export async function upload(options: UploadOptions): Promise<StoredObject> {
  const runtime = options.runtime ?? sharedRuntime();
  const { from } = options;
  const label = uploadLabel(typeof from === 'string' ? from : from.facts.name, options);
  return observed(runtime, label, async () => {
    const source = typeof from === 'string' ? await runtime.ports.files.openSource(from) : from;
    const owner = { source, taken: false };
    try {
      return await join(runtime, label, options, owner);
    } finally {
      if (!owner.taken) await close(source);
    }
  });
}

/** The run that takes a source closes it: whoever opened it may have stopped waiting long before. */
interface OwnedSource {
  readonly source: Source;
  taken: boolean;
}

async function join(
  runtime: Runtime,
  label: TransferLabel,
  options: UploadOptions,
  owner: OwnedSource,
): Promise<StoredObject> {
  const { fingerprint } = owner.source.facts;
  const same = [
    signerId(options.signer),
    label.source,
    options.uid ?? 0,
    label.path,
    fingerprint ?? unique(),
    options.secure ?? false,
  ];
  const waiter: Waiter = {
    signal: options.signal ?? neverRaised(),
    onProgress: options.onProgress ?? (() => undefined),
    path: label.path,
    priority: livePriority(options.priority),
  };
  const key = JSON.stringify(same);
  const journaled = { key: uploadKey(label, options), remembered: label.mid !== 0n };
  journaledAs.set(waiter, journaled);
  const runs = waitersOf(runtime);
  return runtime.uploads.join(
    key,
    waiter,
    async (shared) => {
      owner.taken = true;
      const first = fingerprint === null ? [] : shared.waiters().map((each) => journaledAs.get(each));
      const waiters = new UploadWaiters(first.filter((each) => each !== undefined));
      runs.set(key, waiters);
      const { size } = owner.source.facts;
      const small = size !== null && size <= runtime.admission.smallFile;
      const entry = { priority: shared.priority, small, signal: shared.signal };
      const task = (): Promise<StoredObject> => {
        runtime.onEvent({ type: 'started', transfer: label });
        const context = contextFor(runtime, label, size, shared.signal, shared.onProgress);
        const hashed = withHash(context, options.signer.hash);
        return runUpload(hashed, jobFor(runtime, label, options, owner.source, waiters));
      };
      const onQueued = (): void => runtime.onEvent({ type: 'queued', transfer: label });
      try {
        return await runtime.queue.run(entry, task, onQueued);
      } finally {
        if (runs.get(key) === waiters) runs.delete(key);
        await close(owner.source);
      }
    },
    () => {
      runs.get(key)?.add(journaled);
      runtime.onEvent({ type: 'joined', transfer: label });
    },
  );
}

function jobFor(
  runtime: Runtime,
  label: TransferLabel,
  options: UploadOptions,
  source: Source,
  waiters: UploadWaiters,
): UploadJob {
  const name = trueName(options.name ?? source.facts.name);
  const contentType = options.contentType ?? contentTypeOf(name);
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

/** How the journal knows a waiter. */
const journaledAs = new WeakMap<Waiter, JournalWaiter>();
const waiting = new WeakMap<Runtime, Map<string, UploadWaiters>>();

/** Who waits for each run of a runtime, for the journal. */
function waitersOf(runtime: Runtime): Map<string, UploadWaiters> {
  const runs = waiting.get(runtime) ?? new Map<string, UploadWaiters>();
  waiting.set(runtime, runs);
  return runs;
}

async function close(source: Source): Promise<void> {
  await source.close().catch(() => undefined);
}

let streams = 0;

/** Streams are never the same. */
function unique(): string {
  streams += 1;
  return `stream ${streams}`;
}
