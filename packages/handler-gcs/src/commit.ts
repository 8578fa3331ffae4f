import { TransferError } from '@mesibo-files/handler-core';
import {
  type Commit,
  type CommitCall,
  commitFound,
  commitMade,
  commitSingle,
  commitStaged,
  compareParts,
  dropContradiction,
  findCommitted,
  type Landed,
  type Manifest,
  manifestFault,
  plannedFacts,
  type SignerCall,
  type StagedStore,
} from '@mesibo-files/handler-core/provider';
import { endUpload } from './discard.ts';
import type { ObjectResource } from './format/metadata.ts';
import { xmlUrl } from './format/urls.ts';
import { readPlan } from './read.ts';
import type { SignerContext } from './store/context.ts';
import { rewrite } from './store/copy.ts';
import { finalPlace, headObject, removeObject, storedObject } from './store/head.ts';
import { complete, listParts } from './store/multipart.ts';
import { askSession } from './store/session.ts';
import { landingName, type TicketFacts } from './ticket.ts';

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
  return commitOne(context, facts, manifest, call);
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
  return commitMade(place, facts, manifest);
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

async function commitOne(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const crc32c = manifest.parts[0]?.digests.crc32c;
  if (manifest.answered && crc32c !== undefined && facts.checksum === 'crc32c') {
    // The signature bound size, type and digest, and the store said that it compared them: nothing is left to ask.
    const object = storedObject(context, facts.key, plannedFacts(facts, manifest.size, { crc32c }));
    return { state: 'stored', object };
  }
  return commitSingle(finalPlace(context, facts, call), facts, manifest);
}

/** What came of the parts of an upload. */
type PutTogether = 'done' | 'gone' | Extract<Commit, { state: 'missing' }>;

/** Compares the parts that the store lists with those that were meant, and puts them together when all are there. */
async function putTogether(
  context: SignerContext,
  facts: TicketFacts,
  uploadId: string,
  manifest: Manifest,
  call: SignerCall,
): Promise<PutTogether> {
  if (facts.checksum === 'crc32c' && manifest.digests.crc32c === undefined) {
    throw new TransferError('invalid-argument', 'The manifest lacks the crc32c of the whole.');
  }
  const listed = await listParts(context, facts, call);
  if (listed === null) return 'gone';
  const { good, missing } = compareParts(listed, manifest, facts.partSize, () => true);
  if (missing.length > 0) return { state: 'missing', parts: missing };
  // Parts beyond the end, which an aborted stream may have left, are simply not named.
  return complete(context, facts, uploadId, good, call);
}

/** What the commit of a staged upload needs of this store. */
function pendingStore(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): StagedStore<ObjectResource> {
  const name = landingName(facts, context.settings);
  const place = finalPlace(context, facts, call);
  return {
    landed: () => landed(context, facts, name, manifest, call),
    committed: () => headObject(context, facts.key, call, 'known'),
    storedObject: place.storedObject,
    read: async (readCall) => readPlan(context, name, await headObject(context, name, readCall), false),
    promote: (found) => rewrite(context, facts, name, found, call),
    drop: () => removeObject(context, name, call),
    mark: async (metadata) => {
      await endUpload(context, facts, call);
      await mark(context, name, metadata, call);
    },
  };
}

async function landed(
  context: SignerContext,
  facts: TicketFacts,
  name: string,
  manifest: Manifest,
  call: SignerCall,
): Promise<Landed<ObjectResource>> {
  const { uploadId, session } = facts;
  const parts = uploadId === null ? null : await putTogether(context, facts, uploadId, manifest, call);
  if (parts !== null && typeof parts !== 'string') return parts;
  const found = await headObject(context, name, call);
  if (found !== null) return { state: 'found', found };
  if (parts !== null) return { state: 'absent', answer: { state: 'gone' } };
  if (session === null) return { state: 'absent', answer: { state: 'missing', parts: [1] } };
  const open = (await askSession(context, session, call)) === 'open';
  return { state: 'absent', answer: open ? { state: 'missing', parts: [] } : { state: 'gone' } };
}

/** Puts an empty object with this metadata under a name. */
async function mark(
  { caller, location }: SignerContext,
  name: string,
  metadata: Record<string, string>,
  call: SignerCall,
): Promise<void> {
  const headers = Object.fromEntries(
    Object.entries(metadata).map(([field, value]) => [`x-goog-meta-${field}`, value]),
  );
  await caller.send('marking the upload as refused', call, {
    method: 'PUT',
    url: xmlUrl(location, name, {}),
    headers: { ...headers, 'content-length': '0' },
    body: '',
    by: 'token',
  });
}
