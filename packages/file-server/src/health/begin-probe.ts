import { FILESOURCE, type Signer } from '@mesibo-files/handler-core';
import { assertStages } from '../signing/assert-stages.ts';

/** Begins an upload, asks the store for it, and discards it: all that can be done where no bytes are sent. */
export function beginProbe(signer: Signer): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    await assertStages(signer, { signal });
    const { ticket } = await signer.begin(
      {
        size: 1,
        maxSize: null,
        contentType: 'application/octet-stream',
        name: 'readiness-probe',
        source: FILESOURCE.CUSTOM,
        uid: 0,
        mid: 0n,
        transferId: crypto.randomUUID(),
        digests: {},
      },
      { signal },
    );
    try {
      await signer.resume(ticket, { signal });
    } finally {
      await signer.discard(ticket, { signal });
    }
  };
}
