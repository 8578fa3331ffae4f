import type { Commit } from '@mesibo-files/handler-core/provider';
import type { CommitRequest } from '@mesibo-files/handler-core/wire';
import type { ServerContext } from '../context/context.ts';
import type { RequestScope } from '../context/scope.ts';
import { holdTicket } from './held-ticket.ts';
import { commitUpload } from './quarantine.ts';

/** Ends an upload: the store verifies it, the owner is asked, and then everyone who may can read it. */
export async function commit(
  context: ServerContext,
  { requestId, signal, ...scope }: RequestScope,
  { ticket, manifest }: CommitRequest,
): Promise<Commit> {
  const { facts, signer } = await holdTicket(context, { requestId, signal, ...scope }, ticket);
  const upload = {
    signer,
    store: facts.store,
    ticket: facts.inner,
    // A client's word that the store answered proves nothing here.
    manifest: { ...manifest, answered: false },
    via: 'signing',
    requestId,
    holding: facts.holding,
  } as const;
  return commitUpload(context, upload, { signal });
}
