import type { Commit } from '@mesibo-files/handler-core';
import type { ServerContext } from '../context.ts';
import { release } from '../quota/hold.ts';
import type { RequestScope } from '../scope.ts';
import { accept } from './accept.ts';
import { holdTicket } from './held-ticket.ts';
import type { CommitRequest } from './wire/requests.ts';

/** Ends an upload. The store is asked in any case: that a client saw its answer proves nothing here. */
export async function commit(
  context: ServerContext,
  scope: RequestScope,
  { ticket, manifest }: CommitRequest,
): Promise<Commit> {
  const { facts, signer } = await holdTicket(context, scope, ticket);
  const outcome = await signer.commit(
    facts.inner,
    { ...manifest, answered: false },
    { signal: scope.signal },
  );
  if (outcome.state === 'stored') await accept(context, scope, signer, facts, outcome.object);
  else if (outcome.state === 'refused' || outcome.state === 'gone') await release(context, facts.holding);
  return outcome;
}
