import { TransferError } from '@mesibo-files/handler-core';
import type { SignerCall } from '@mesibo-files/handler-core/provider';
import type { StoreCaller } from './client.ts';

/** The name of no blob: nothing makes one outside of its folders. */
const NOTHING = 'mesibo-files-looks-whether-it-may';

/**
 * Looks once for a blob that is not there. Any other answer tells what is wrong with account, credentials or container
 * before anything is signed, and every refusal tells the store's time: so a wrong clock is put right here. Whoever asks
 * before the first answer looks, too; a look that failed is repeated by the next.
 */
export function readiness(caller: StoreCaller): (call: SignerCall) => Promise<void> {
  let ready = false;
  const look = async (call: SignerCall): Promise<void> => {
    const found = await caller.attempt(
      'looking at the container',
      call,
      ['BlobNotFound'],
      (container, options) => container.getBlobClient(NOTHING).getProperties(options),
    );
    if (found.code !== null || found.output.etag !== undefined) return;
    throw new TransferError('bad-answer', 'looking at the container: the answer is not of Azure');
  };
  return async (call) => {
    if (ready) return;
    await look(call).catch((error: unknown) => {
      if (TransferError.is(error) && error.code === 'clock-skewed') return look(call);
      throw error;
    });
    ready = true;
  };
}
