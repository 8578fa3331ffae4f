import type { Commit, Manifest, SignerCall } from '@mesibo-files/handler-core';
import { isOurs, objectFault, type Refused, refused } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { discard, removeObject } from './discard.ts';
import { objectFacts, storedObject } from './head.ts';
import type { ObjectResource } from './resource.ts';
import type { TicketFacts } from './ticket.ts';

/** Compares the object that is there with what was meant: stored, or refused and removed. Others' objects are left. */
export async function verify(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  found: ObjectResource,
  call: SignerCall,
): Promise<Commit> {
  if (!isOurs(found.metadata, facts))
    return refused('object-exists', 'the object there is of another transfer');
  const { size, contentType, digests } = found;
  const fault = objectFault(facts, manifest, { size, contentType, digests });
  if (fault === null)
    return { state: 'stored', object: storedObject(context, facts.key, objectFacts(found)) };
  await removeObject(context, facts.key, call, found.generation);
  return fault;
}

/** Gives an upload up that is not what was planned. */
export async function refuse(
  context: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
  why: Refused,
): Promise<Commit> {
  await discard(context, facts, call);
  return why;
}
