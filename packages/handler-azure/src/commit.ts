import type { Commit, Manifest, SignerCall } from '@mesibo-files/handler-core';
import { manifestFault } from '@mesibo-files/handler-core/provider';
import { commitParts } from './commit-parts.ts';
import type { SignerContext } from './context.ts';
import { headBlob } from './head.ts';
import type { TicketFacts } from './ticket.ts';
import { refuse, verify } from './verify.ts';

/** Ends an upload: idempotent, whatever its way. */
export async function commit(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const fault = manifestFault(facts, manifest);
  if (fault !== null) return refuse(context, facts, call, fault);
  if (facts.way !== 'single') return commitParts(context, facts, manifest, call);
  // Nothing bound size and type, so even a request that was answered is looked at.
  const head = await headBlob(context, facts.key, call);
  return head === null ? { state: 'missing', parts: [1] } : verify(context, facts, manifest, head, call);
}
