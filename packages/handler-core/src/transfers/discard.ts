import { leave } from '../engine/upload/give-up.ts';
import { sharedRuntime } from '../runtime/runtime.ts';
import { type UploadIdentity, uploadKey, uploadLabel } from './identity.ts';
import type { UploadOptions } from './types.ts';

/** Which unfinished upload {@link discardUpload} gives up: as it was given to `upload`. */
export type DiscardOptions = UploadIdentity &
  Pick<UploadOptions, 'signer' | 'runtime'> & { readonly from: string };

/**
 * Gives up an upload that was stopped, for this caller: what the store holds of it is removed when nobody else waits for
 * it. Nothing happens when there is none, or when it was committed. Answers whether there was one. Stop a running one
 * first. A store that does not confirm is asked again later, by a sweep or by the next start.
 */
export async function discardUpload(options: DiscardOptions): Promise<boolean> {
  const runtime = options.runtime ?? sharedRuntime();
  const label = uploadLabel(options.from, options);
  const key = uploadKey(label, options);
  // The run goes on for others, and may not have noted anybody yet.
  runtime.remembering.get(key)?.remove(key);
  const discarded = await leave(runtime.ports, options.signer, key);
  if (discarded) runtime.onEvent({ type: 'discarded', transfer: label });
  return discarded;
}
