import type { StoredObject } from '@mesibo-files/handler-core';
import {
  type Commit,
  type CommitCall,
  commitFound,
  commitStaged,
  compareParts,
  dropContradiction,
  type FinalPlace,
  findCommitted,
  type Landed,
  type Manifest,
  manifestFault,
  type PartFacts,
  pendingName,
  type Refused,
  refused,
  type SignerCall,
  type StagedStore,
} from '@mesibo-files/handler-core/provider';
import { abortUpload } from './discard.ts';
import { type Found, objectHeaders, storedObject } from './format/metadata.ts';
import { readPlan } from './read.ts';
import type { TinyContext } from './signer.ts';
import type { TicketFacts } from './ticket.ts';

/** Ends an upload. It may be asked again: it finds what it made. */
export async function commit(
  context: TinyContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: CommitCall,
): Promise<Commit> {
  if (facts.staging !== 'none') {
    return commitStaged(stagedStore(context, facts, manifest, call), facts, manifest, call);
  }
  const { upload } = facts;
  const place = finalPlace(context, facts, call);
  const fault = manifestFault(facts, manifest);
  if (fault !== null) return refuse(context, facts, fault, call);
  if (upload === null) {
    const found = await place.committed();
    return found === null ? { state: 'missing', parts: [1] } : commitFound(place, facts, manifest, found);
  }
  const listed = await context.store.parts(facts.key, upload, call);
  // An earlier commit, whose answer was lost, may have ended it.
  if (listed === null) return findCommitted(place, facts, manifest);
  const { good, missing } = compareParts(listed, manifest, facts.partSize, isSame);
  if (missing.length > 0) return { state: 'missing', parts: missing };
  const finished = await context.store.finish(facts.key, upload, good, call);
  if (finished === 'KeyTaken') {
    return refuse(context, facts, refused('object-exists', 'another transfer has this key'), call);
  }
  const found = finished === 'NoSuchUpload' ? null : await place.committed();
  return found === null
    ? findCommitted(place, facts, manifest)
    : commitFound(place, facts, manifest, found, true);
}

/** Refuses a trusted upload. What an earlier commit accepted stays. */
async function refuse(
  context: TinyContext,
  facts: TicketFacts,
  why: Refused,
  call: SignerCall,
): Promise<Commit> {
  const aborted = await abortUpload(context, facts, call);
  if (!aborted) await dropContradiction(finalPlace(context, facts, call), facts);
  return why;
}

/** The upload's place under its final key: where core's functions look, and what they may remove. */
export function finalPlace(
  { store, settings }: TinyContext,
  facts: TicketFacts,
  call: SignerCall,
): FinalPlace<Found> {
  return {
    committed: () => store.find(facts.key, call),
    storedObject: async ({ answer }) => storedObject(settings, facts.key, answer),
    remove: () => store.remove(facts.key, call),
  };
}

/** What core's commit of a staged upload asks of this store. */
function stagedStore(
  context: TinyContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): StagedStore<Found> {
  const { store, settings } = context;
  const name = pendingName(settings.prefix, facts.key);
  const place = finalPlace(context, facts, call);
  return {
    landed: () => landed(context, facts, name, manifest, call),
    committed: place.committed,
    storedObject: place.storedObject,
    read: async (readCall) => readPlan(context, name, await store.find(name, readCall), false),
    promote: (found) => promote(context, facts, name, found, call),
    drop: () => store.remove(name, call),
    mark: async (metadata) => {
      await abortUpload(context, facts, call);
      const marks = Object.entries(metadata).map(([key, value]) => [`x-meta-${key}`, value]);
      const headers = { 'content-length': '0', ...Object.fromEntries(marks) };
      await store.ask('marking the upload as refused', call, { method: 'PUT', key: name, headers });
    },
  };
}

/** What landed under the pending name, after parts that are all there were put together. */
async function landed(
  { store }: TinyContext,
  { upload, partSize }: TicketFacts,
  name: string,
  manifest: Manifest,
  call: SignerCall,
): Promise<Landed<Found>> {
  const listed = upload === null ? null : await store.parts(name, upload, call);
  if (upload !== null && listed !== null) {
    const { good, missing } = compareParts(listed, manifest, partSize, isSame);
    if (missing.length > 0) return { state: 'missing', parts: missing };
    await store.finish(name, upload, good, call);
  }
  const found = await store.find(name, call);
  if (found !== null) return { state: 'found', found };
  return { state: 'absent', answer: upload === null ? { state: 'missing', parts: [1] } : { state: 'gone' } };
}

/** The store's own copy of exactly this version to the final key, if that is free, with the ticket's metadata. */
async function promote(
  { store, settings }: TinyContext,
  facts: TicketFacts,
  name: string,
  { answer }: Found,
  call: SignerCall,
): Promise<StoredObject | 'exists' | 'changed'> {
  const query = { copy: name, version: answer.version };
  const copied = await store.ask(
    'promoting the object',
    call,
    { method: 'POST', key: facts.key, query, headers: objectHeaders(facts) },
    { expected: ['KeyTaken', 'VersionChanged', 'NoSuchKey'] },
  );
  if (copied === 'KeyTaken') return 'exists';
  const found = typeof copied === 'string' ? null : await store.find(facts.key, call);
  return found === null ? 'changed' : storedObject(settings, facts.key, found.answer);
}

function isSame(listed: PartFacts, sent: PartFacts): boolean {
  return listed.digests.sha256 === sent.digests.sha256;
}
