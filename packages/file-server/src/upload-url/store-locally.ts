import { type StoredObject, TransferError } from '@mesibo-files/handler-core';
import {
  type Clock,
  type Commit,
  type CommitCall,
  type LocalStore,
  type LocalUpload,
  toHex,
} from '@mesibo-files/handler-core/provider';
import type { NodeContext } from '../context/context.ts';
import type { FileToStore } from './store-file.ts';

/** The least and the most that is waited before a commit that is not decided is asked again, in milliseconds. */
const PAUSE = { least: 500, most: 30_000 };

/**
 * Gives a file to a store that is in this process. When it fails, or when nobody waits for it any more, nothing stays.
 *
 * @param gone - raised when nobody waits for it any more; the reason is what is thrown then
 * @throws `TransferError`, as through the engine
 */
export async function storeLocally(
  context: NodeContext,
  local: LocalStore,
  file: FileToStore,
  gone: AbortSignal,
): Promise<StoredObject> {
  const { source, name, contentType, uid, mid, fileSource, maxSize, secure, owner } = file;
  const { random } = context.runtime.ports;
  const facts = {
    size: source.facts.size,
    maxSize,
    contentType,
    name,
    source: fileSource,
    uid,
    mid,
    transferId: toHex(random.bytes(16)),
    secure,
    digests: {},
  };
  const upload = await local.receive(facts, source, { signal: gone, staging: owner?.staging ?? 'none' });
  try {
    const inspection = owner?.inspection(upload.ticket, upload.manifest) ?? {};
    const outcome = await decided(context, upload, inspection, gone);
    if (outcome.state === 'refused') owner?.onRefused(outcome);
    const object = storedBy(outcome);
    if (!gone.aborted) return object;
    // Nobody was told of it, and nobody will ask for it.
    await context.signer.remove(object.url, toTheEnd());
    throw gone.reason;
  } catch (error) {
    await upload.discard(toTheEnd()).catch(() => undefined);
    gone.throwIfAborted();
    throw error;
  }
}

/** Commits, and asks again while the owner has not decided. Never broken off: who does that does not know what it left. */
async function decided(
  { clock, limits }: NodeContext,
  upload: LocalUpload,
  inspection: Pick<CommitCall, 'inspect'>,
  gone: AbortSignal,
): Promise<Commit> {
  const patience = clock.monotonic() + limits.uploadPendingFor;
  for (;;) {
    const outcome = await upload.commit({ ...toTheEnd(), ...inspection });
    if (outcome.state !== 'pending') return outcome;
    const wait = Math.min(Math.max(outcome.retryAfter, PAUSE.least), PAUSE.most);
    if (clock.monotonic() + wait > patience) {
      throw new TransferError('commit-pending', 'the server is still checking the file');
    }
    await pause(clock, wait, gone);
    gone.throwIfAborted();
  }
}

/** @throws why it was not stored */
function storedBy(outcome: Commit): StoredObject {
  if (outcome.state === 'stored') return outcome.object;
  if (outcome.state === 'refused') {
    throw new TransferError(outcome.code, `the commit was refused: ${outcome.reason}`);
  }
  throw new TransferError('upload-gone', 'what was stored of the file is gone before its commit');
}

function pause(clock: Clock, milliseconds: number, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      gone.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(milliseconds, end);
    gone.addEventListener('abort', end, { once: true });
    if (gone.aborted) end();
  });
}

function toTheEnd(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal };
}
