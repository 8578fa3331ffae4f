import { TransferError } from '@mesibo-files/handler-core';
import {
  type Commit,
  type CommitCall,
  commitFound,
  commitStaged,
  dropContradiction,
  findCommitted,
  type Manifest,
  manifestFault,
  type SignerCall,
  senderOfTicket,
} from '@mesibo-files/handler-core/provider';
import { putTogether } from './commit-parts.ts';
import type { SignerContext } from './context.ts';
import { endUpload } from './discard.ts';
import { finalPlace } from './found.ts';
import { storedObject } from './head.ts';
import { pendingStore } from './pending.ts';
import { askSession } from './session.ts';
import type { TicketFacts } from './ticket.ts';

/** Ends an upload: idempotent, whatever its shape. */
export async function commit(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: CommitCall,
): Promise<Commit> {
  if (facts.staging !== 'none') {
    const store = pendingStore(context, facts, manifest, call);
    return context.serial.run(facts.key, () => commitStaged(store, facts, manifest, call));
  }
  const fault = manifestFault(facts, manifest);
  if (fault !== null) {
    const ended = await endUpload(context, facts, call);
    if (!ended) await dropContradiction(finalPlace(context, facts, call), facts);
    return fault;
  }
  if (facts.uploadId !== null) return commitParts(context, facts, facts.uploadId, manifest, call);
  if (facts.session !== null) return commitSession(context, facts, facts.session, manifest, call);
  return commitSingle(context, facts, manifest, call);
}

async function commitParts(
  context: SignerContext,
  facts: TicketFacts,
  uploadId: string,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const place = finalPlace(context, facts, call);
  const outcome = await putTogether(context, facts, uploadId, manifest, call);
  if (outcome === 'gone') return findCommitted(place, facts, manifest);
  if (outcome !== 'done') return outcome;
  const found = await place.committed();
  if (found !== null) return commitFound(place, facts, manifest, found, true);
  throw new TransferError('server-error', 'putting the parts together: the object is not there yet');
}

/** A session ends itself with its last byte: what came of it is looked at. */
async function commitSession(
  context: SignerContext,
  facts: TicketFacts,
  session: string,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const place = finalPlace(context, facts, call);
  const found = await place.committed();
  if (found !== null) return commitFound(place, facts, manifest, found);
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
  const place = finalPlace(context, facts, call);
  const found = await place.committed();
  return found === null ? { state: 'missing', parts: [1] } : commitFound(place, facts, manifest, found);
}
