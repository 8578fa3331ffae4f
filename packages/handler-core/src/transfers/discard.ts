import { discardQuietly } from '../engine/upload/begun.ts';
import { sharedRuntime } from '../runtime/runtime.ts';
import { type UploadIdentity, uploadKey, uploadLabel } from './identity.ts';
import type { UploadOptions } from './types.ts';

/** Which unfinished upload {@link discardUpload} gives up: as it was given to `upload`. */
export type DiscardOptions = UploadIdentity &
  Pick<UploadOptions, 'signer' | 'runtime'> & { readonly from: string };

/**
 * Gives up an upload that was stopped: removes what the store holds of it, and forgets it. Nothing happens when there
 * is none, or when it was committed. Answers whether there was one. Stop a running one first.
 */
export async function discardUpload(options: DiscardOptions): Promise<boolean> {
  const runtime = options.runtime ?? sharedRuntime();
  const label = uploadLabel(options.from, options);
  const { journal } = runtime.ports;
  const record = await journal.get(uploadKey(label, options));
  if (record === null) return false;
  if (record.object === null) await discardQuietly(options.signer, record.ticket);
  await journal.delete(record.key);
  if (record.object === null) runtime.onEvent({ type: 'discarded', transfer: label });
  return record.object === null;
}
