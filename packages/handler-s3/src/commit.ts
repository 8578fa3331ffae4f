import {
  type Commit,
  type CommitCall,
  commitFound,
  commitStaged,
  type Manifest,
  manifestFault,
  type SignerCall,
  senderOfTicket,
} from '@mesibo-files/handler-core/provider';
import { commitParts } from './commit-parts.ts';
import type { SignerContext } from './context.ts';
import { base64ToHex } from './encoding.ts';
import { finalPlace } from './found.ts';
import { storedObject } from './head.ts';
import { pendingStore } from './pending.ts';
import { refuse } from './refuse.ts';
import type { TicketFacts } from './ticket.ts';

/** Ends an upload: idempotent, whatever its shape. */
export async function commit(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: CommitCall,
): Promise<Commit> {
  if (facts.staging === 'none') return commitFinal(context, facts, manifest, call);
  return context.serial.run(facts.key, () =>
    facts.staging === 'readable'
      ? commitStaged(pendingStore(context, facts, manifest, call), facts, manifest, call)
      : commitFinal(context, facts, manifest, call),
  );
}

/** Ends an upload whose bytes land under the final key. */
async function commitFinal(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: CommitCall,
): Promise<Commit> {
  const fault = manifestFault(facts, manifest);
  if (fault !== null) return refuse(context, facts, manifest, fault, call);
  if (facts.uploadId !== null) return commitParts(context, facts, facts.uploadId, manifest, call);
  return commitSingle(context, facts, manifest, call);
}

async function commitSingle(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const digest = facts.checksum === 'none' ? undefined : manifest.parts[0]?.digests[facts.checksum];
  if (manifest.answered && digest !== undefined && facts.checksum !== 'none') {
    // The signature bound size, type and digest, and the store said that it compared them: nothing is left to ask.
    const object = await storedObject(context, facts.key, {
      size: manifest.size,
      contentType: facts.contentType,
      version: facts.checksum === 'md5' && facts.plainETags ? `"${base64ToHex(digest)}"` : null,
      integrity: { kind: 'whole', digests: { [facts.checksum]: digest } },
      name: facts.name,
      sender: senderOfTicket(facts),
    });
    return { state: 'stored', object };
  }
  const place = finalPlace(context, facts, call);
  const found = await place.committed();
  return found === null ? { state: 'missing', parts: [1] } : commitFound(place, facts, manifest, found);
}
