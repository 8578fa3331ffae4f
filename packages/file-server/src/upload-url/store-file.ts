import {
  type Runtime,
  type Signer,
  type Source,
  type StoredObject,
  upload,
} from '@mesibo-files/handler-core';
import { SECOND } from '@mesibo-files/handler-core/provider';
import { type Known, uploadSigner } from './upload-signer.ts';

/** How long a request may end by itself, in milliseconds: one that broke off in the middle may still reach the store. */
const GRACE = 10 * SECOND;

/** A file for the store. */
export interface FileToStore extends Known {
  readonly source: Source;
  readonly name: string;
  readonly contentType: string;
  readonly uid: number;
  readonly mid: bigint;
  /** One of `FILESOURCE`. */
  readonly fileSource: number;
}

/**
 * Sends a file to the store, through the engine. When it fails, or when nobody waits for it any more, nothing stays.
 *
 * @param gone - raised when nobody waits for it any more; the reason is what is thrown then
 * @throws `TransferError`
 */
export async function storeFile(
  runtime: Runtime,
  signer: Signer,
  file: FileToStore,
  gone: AbortSignal,
): Promise<StoredObject> {
  const { source, name, contentType, uid, mid, fileSource, maxSize, secure, owner } = file;
  const own = uploadSigner(signer, { maxSize, secure, owner });
  const { signal, release } = graceAfter(runtime, gone);
  try {
    const object = await upload({
      runtime,
      signer: own,
      from: failingWhen(gone, source),
      name,
      contentType,
      uid,
      mid,
      source: fileSource,
      signal,
    });
    gone.throwIfAborted();
    return object;
  } catch (error) {
    await own.undo();
    gone.throwIfAborted();
    throw error;
  } finally {
    release();
  }
}

/** No part is begun for nobody. */
function failingWhen(gone: AbortSignal, source: Source): Source {
  return {
    ...source,
    read: (offset, buffer) => {
      gone.throwIfAborted();
      return source.read(offset, buffer);
    },
  };
}

function graceAfter(
  { ports: { clock } }: Runtime,
  gone: AbortSignal,
): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  let cancel = (): void => undefined;
  const onGone = (): void => {
    cancel = clock.after(GRACE, () => controller.abort());
  };
  gone.addEventListener('abort', onGone, { once: true });
  if (gone.aborted) onGone();
  return {
    signal: controller.signal,
    release: () => {
      gone.removeEventListener('abort', onGone);
      cancel();
    },
  };
}
