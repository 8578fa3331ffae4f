import type { Commit, Manifest, SignerCall } from '@mesibo-files/handler-core';
import { manifestFault, senderOfTicket } from '@mesibo-files/handler-core/provider';
import { commitParts } from './commit-parts.ts';
import type { SignerContext } from './context.ts';
import { headObject, storedObject } from './head.ts';
import { askSession } from './session.ts';
import type { TicketFacts } from './ticket.ts';
import { refuse, verify } from './verify.ts';

/** Ends an upload: idempotent, whatever its shape. */
export async function commit(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const fault = manifestFault(facts, manifest);
  if (fault !== null) return refuse(context, facts, call, fault);
  if (facts.uploadId !== null) return commitParts(context, facts, facts.uploadId, manifest, call);
  if (facts.session !== null) return commitSession(context, facts, facts.session, manifest, call);
  return commitSingle(context, facts, manifest, call);
}

/** A session ends itself with its last byte: what came of it is looked at. */
async function commitSession(
  context: SignerContext,
  facts: TicketFacts,
  session: string,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const head = await headObject(context, facts.key, call);
  if (head !== null) return verify(context, facts, manifest, head, call);
  // It lacks bytes, or is over and its object gone.
  return (await askSession(context, session, call)) === 'open'
    ? { state: 'missing', parts: [] }
    : { state: 'gone' };
}

async function commitSingle(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const crc32c = manifest.parts[0]?.digests.crc32c;
  if (manifest.answered && crc32c !== undefined && facts.checksum === 'crc32c') {
    // The signature bound size, type and digest, and the store said that it compared them: nothing is left to ask.
    const object = storedObject(context, facts.key, {
      size: manifest.size,
      contentType: facts.contentType,
      version: null,
      integrity: { kind: 'whole', digests: { crc32c } },
      name: facts.name,
      sender: senderOfTicket(facts),
    });
    return { state: 'stored', object };
  }
  const head = await headObject(context, facts.key, call);
  return head === null ? { state: 'missing', parts: [1] } : verify(context, facts, manifest, head, call);
}
