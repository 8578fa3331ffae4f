import type { Commit } from '@mesibo-files/handler-core/provider';
import type { ServerContext } from '../context/context.ts';
import { commitUpload } from './quarantine.ts';
import { storeNamed } from './stores.ts';

/** The final decision on a file for which `onStored` answered `later`. */
export type Settlement = 'keep' | { readonly remove: string };

/**
 * Decides on a file that waits, from anywhere: a scanner's queue, another replica. The id is all that is needed, and
 * proves by itself that this server's keys made it. The first decision stands; the same one again is answered alike.
 */
export async function settle(context: ServerContext, id: string, decision: Settlement): Promise<Commit> {
  const signing = await context.signing();
  const { inner, store, manifest, via, holding } = await signing.settling.open(id);
  const upload = {
    signer: storeNamed(signing.stores, store),
    store,
    ticket: inner,
    manifest: { ...manifest, answered: false },
    via,
    holding,
    requestId: crypto.randomUUID(),
  };
  return commitUpload(context, upload, {
    signal: new AbortController().signal,
    inspect: async () =>
      decision === 'keep' ? { verdict: 'keep' } : { verdict: 'remove', reason: decision.remove },
  });
}
