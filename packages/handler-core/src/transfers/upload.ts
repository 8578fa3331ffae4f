import { livePriority } from '../admission/priority.ts';
import type { UploadJob } from '../engine/upload/job.ts';
import { runUpload } from '../engine/upload/upload.ts';
import { contentTypeOf } from '../naming/content-type.ts';
import { normaliseMediaType } from '../naming/media-type.ts';
import { trueName } from '../naming/true-name.ts';
import type { Source } from '../ports/files.ts';
import type { TransferLabel } from '../runtime/events.ts';
import { type Runtime, sharedRuntime } from '../runtime/runtime.ts';
import type { StoredObject } from '../signer/object.ts';
import { contextFor, neverRaised, withHash } from './context.ts';
import { signerId, uploadKey, uploadLabel } from './identity.ts';
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
  const waiter = {
    signal: options.signal ?? neverRaised(),
    onProgress: options.onProgress ?? (() => undefined),
    path: label.path,
    priority: livePriority(options.priority),
  };
  return runtime.uploads.join(
    JSON.stringify(same),
    waiter,
    async (shared) => {
      owner.taken = true;
      const { size } = owner.source.facts;
      const small = size !== null && size <= runtime.admission.smallFile;
      const entry = { priority: shared.priority, small, signal: shared.signal };
      const task = (): Promise<StoredObject> => {
        runtime.onEvent({ type: 'started', transfer: label });
        const context = contextFor(runtime, label, size, shared.signal, shared.onProgress);
        const hashed = withHash(context, options.signer.hash);
        return runUpload(hashed, jobFor(runtime, label, options, owner.source));
      };
      const onQueued = (): void => runtime.onEvent({ type: 'queued', transfer: label });
      try {
        return await runtime.queue.run(entry, task, onQueued);
      } finally {
        await close(owner.source);
      }
    },
    () => runtime.onEvent({ type: 'joined', transfer: label }),
  );
}

function jobFor(runtime: Runtime, label: TransferLabel, options: UploadOptions, source: Source): UploadJob {
  const name = trueName(options.name ?? source.facts.name);
  const contentType =
    options.contentType === undefined ? contentTypeOf(name) : statedType(options.contentType);
  const { uid = 0, secure = false } = options;
  return {
    signer: options.signer,
    source,
    facts: { contentType, name, source: label.source, uid, mid: label.mid, secure },
    journalKey: source.facts.fingerprint === null ? null : uploadKey(label, options),
    onResumed: (bytes) => runtime.onEvent({ type: 'resumed', transfer: label, bytes }),
  };
}

/** As it is stated, but for parameters that no server takes: recorders of browsers write `video/webm;codecs=vp8,opus`. */
function statedType(stated: string): string {
  const [essence = ''] = stated.split(';', 1);
  return normaliseMediaType(stated) ?? normaliseMediaType(essence) ?? stated;
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
