import type { StoredObject } from '@mesibo-files/handler-core';
import {
  compareParts,
  type Landed,
  type Manifest,
  pendingName,
  type SignerCall,
  type StagedStore,
  senderOfTicket,
} from '@mesibo-files/handler-core/provider';
import { isSamePart, predictedPart, wholeDigests } from './commit-parts.ts';
import { complete, completeOnly, partChanged } from './complete.ts';
import type { SignerContext } from './context.ts';
import { abortCopies, copyObject } from './copy.ts';
import { abortUpload } from './discard.ts';
import { quotedETag } from './etag.ts';
import { type FoundHead, finalPlace, findObject, mark } from './found.ts';
import { removeObject, storedObject } from './head.ts';
import { integrityOf } from './integrity.ts';
import { listParts } from './listing.ts';
import { readPlan } from './read.ts';
import type { TicketFacts } from './ticket.ts';

/** What the commit of an upload needs of this store, where the bytes wait under a pending name. */
export function pendingStore(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): StagedStore<FoundHead> {
  const { settings } = context;
  const name = pendingName(settings.prefix, facts.key);
  const place = finalPlace(context, facts, call);
  return {
    landed: () => landed(context, facts, name, manifest, call),
    committed: place.committed,
    storedObject: place.storedObject,
    read: async (readCall) => {
      const found = await findObject(context, facts, name, readCall);
      return readPlan(context, name, found?.head ?? null, false);
    },
    promote: (found) => promote(context, facts, name, found, call),
    // Compatible stores ignore the condition when parts are put together, and say nothing.
    conditional: settings.endpoint === null && settings.conditionalWrites,
    drop: () => removeObject(context, name, call),
    mark: async (metadata) => {
      if (facts.uploadId !== null) await abortUpload(context, facts, facts.uploadId, call);
      await mark(context, facts, metadata, call);
      // No copy of what waited begins after the mark; one on its way is either done now, or never will be.
      await abortCopies(context, facts, call);
    },
  };
}

async function landed(
  context: SignerContext,
  facts: TicketFacts,
  key: string,
  manifest: Manifest,
  call: SignerCall,
): Promise<Landed<FoundHead>> {
  const { uploadId } = facts;
  const digests = wholeDigests(facts, manifest);
  const only = predictedPart(facts, manifest);
  if (uploadId !== null && only !== null) {
    const completed = await completeOnly(context, facts, { key, uploadId }, only, call);
    if (completed.state === 'refused') return completed;
    if (completed.state !== 'changed') {
      const found = await findObject(context, facts, key, call);
      return found === null ? { state: 'absent', answer: { state: 'gone' } } : { state: 'found', found };
    }
  }
  const listed = uploadId === null ? null : await listParts(context, facts, call);
  if (uploadId !== null && listed !== null) {
    const { good, missing } = compareParts(listed, manifest, facts.partSize, isSamePart(facts));
    if (missing.length > 0 && listed.size > 0) return { state: 'missing', parts: missing };
    if (missing.length === 0) {
      const upload = { key, uploadId, parts: good, strays: listed.size > good.length };
      const completed = await complete(context, facts, upload, { size: manifest.size, digests }, call);
      if (completed.state === 'refused') return completed;
      if (completed.state === 'changed') throw partChanged();
    }
  }
  const found = await findObject(context, facts, key, call);
  if (found !== null) return { state: 'found', found };
  if (uploadId !== null && listed === null) return { state: 'absent', answer: { state: 'gone' } };
  const { missing } = compareParts(new Map(), manifest, facts.partSize, () => false);
  return { state: 'absent', answer: { state: 'missing', parts: missing } };
}

/** Copies exactly this version to the final key, with the metadata that the ticket holds. */
async function promote(
  context: SignerContext,
  facts: TicketFacts,
  name: string,
  found: FoundHead,
  call: SignerCall,
): Promise<StoredObject | 'exists' | 'changed' | 'busy'> {
  const copied = await copyObject(context, facts, name, found.head, call);
  if (typeof copied === 'string') return copied;
  return storedObject(context, facts.key, {
    size: found.size,
    contentType: facts.contentType,
    version: quotedETag(copied.ETag),
    integrity: integrityOf(found.head),
    name: facts.name,
    sender: senderOfTicket(facts),
  });
}
