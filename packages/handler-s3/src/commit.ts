import { type StoredObject, TransferError } from '@mesibo-files/handler-core';
import {
  type Commit,
  type CommitCall,
  commitMade,
  commitSingle,
  commitStaged,
  compareParts,
  type Digests,
  dropContradiction,
  earlierCommit,
  findCommitted,
  inspectPending,
  type Landed,
  type Manifest,
  manifestFault,
  type PartFacts,
  pendingName,
  pendingObject,
  plannedFacts,
  type Refused,
  refusalMetadata,
  refused,
  type SignerCall,
  type StagedStore,
} from '@mesibo-files/handler-core/provider';
import { base64ToHex, integrityOf, isMd5, quotedETag } from './format/digests.ts';
import { readPlan } from './read.ts';
import type { SignerContext } from './store/context.ts';
import { abortCopies, copyObject } from './store/copy.ts';
import {
  type FoundHead,
  finalPlace,
  findObject,
  mark,
  markedRefusal,
  removeObject,
  storedObject,
} from './store/head.ts';
import {
  abortUpload,
  type Completed,
  type CompletedUpload,
  complete,
  completeOnly,
  type ListedPart,
  listParts,
  partChanged,
} from './store/multipart.ts';
import { hasPredictedETag, type TicketFacts } from './ticket.ts';

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
  return commitOne(context, facts, manifest, call);
}

async function commitOne(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const digest = facts.checksum === 'none' ? undefined : manifest.parts[0]?.digests[facts.checksum];
  if (manifest.answered && digest !== undefined && facts.checksum !== 'none') {
    // The signature bound size, type and digest, and the store said that it compared them: nothing is left to ask.
    const version = facts.checksum === 'md5' && facts.plainETags ? `"${base64ToHex(digest)}"` : null;
    const object = plannedFacts(facts, manifest.size, { [facts.checksum]: digest }, version);
    return { state: 'stored', object: await storedObject(context, facts.key, object) };
  }
  return commitSingle(finalPlace(context, facts, call), facts, manifest);
}

/**
 * Commits parts that were sent under the final key, where nobody sees them: compares those that the store lists with
 * those that were meant, asks the owner, if there is one to ask, and puts them together when all are there.
 */
async function commitParts(
  context: SignerContext,
  facts: TicketFacts,
  uploadId: string,
  manifest: Manifest,
  call: CommitCall,
): Promise<Commit> {
  const place = { key: facts.key, uploadId };
  const digests = wholeDigests(facts, manifest);
  const only = call.inspect === undefined ? predictedPart(facts, manifest) : null;
  if (only !== null) {
    const completed = await completeOnly(context, facts, place, only, call);
    if (completed.state !== 'changed') return ended(context, facts, manifest, [only], completed, call);
  }
  const listed = await listParts(context, facts, call);
  if (listed === null) return endedBefore(context, facts, manifest, call);
  if (listed.size === 0) {
    // Some stores list no parts of an upload that they have put together, and say nothing of it.
    const found = await endedBefore(context, facts, manifest, call);
    if (found.state !== 'gone') return found;
  }
  const { good, missing } = await compareWithStore(context, facts, listed, manifest, call);
  if (missing.length > 0) return { state: 'missing', parts: missing };
  if (facts.staging !== 'none') {
    const object = plannedFacts(facts, manifest.size, statedDigests(digests));
    const planned = await storedObject(context, facts.key, object);
    const decided = await inspectPending(call, pendingObject(facts, planned, null));
    if (decided?.state === 'refused') return refuse(context, facts, manifest, decided, call);
    if (decided !== null) return decided;
  }
  const upload = { ...place, parts: good, strays: listed.size > good.length };
  const completed = await complete(context, facts, upload, { size: manifest.size, digests }, call);
  return ended(context, facts, manifest, good, completed, call);
}

/** What follows from an attempt to put the parts together. */
async function ended(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  parts: readonly ListedPart[],
  completed: Completed,
  call: SignerCall,
): Promise<Commit> {
  switch (completed.state) {
    case 'done':
      return verifyCompleted(context, facts, manifest, parts, completed.output, call);
    case 'gone':
      return endedBefore(context, facts, manifest, call);
    case 'exists': {
      const found = await endedBefore(context, facts, manifest, call);
      if (found.state !== 'gone') return found;
      const why = refused('object-exists', 'an object of another transfer has this key');
      return refuse(context, facts, manifest, why, call);
    }
    case 'refused':
      return refuse(context, facts, manifest, completed.why, call);
    case 'changed':
      throw partChanged();
  }
}

/**
 * The only part of an upload, where its ETag is the MD5 that the manifest states: then it need not be listed, because
 * the store compares the ETag, and the CRC32 where that was signed. Its size was bound in the signature.
 */
function predictedPart(facts: TicketFacts, { parts: [part] }: Manifest): ListedPart | null {
  if (part === undefined || !hasPredictedETag(facts) || part.size !== facts.size) return null;
  const { md5, crc32 } = part.digests;
  if (md5 === undefined || !isMd5(md5)) return null;
  if (facts.checksum === 'md5') return predicted(part.size, { md5 }, md5);
  return crc32 === undefined ? null : predicted(part.size, { crc32, md5 }, md5);
}

function predicted(size: number, digests: Digests, md5: string): ListedPart {
  return { number: 1, size, digests, etag: `"${base64ToHex(md5)}"` };
}

type Compared = ReturnType<typeof compareParts<ListedPart>>;

/**
 * Compares the parts that the store lists with those that were sent: by their digests, or by their sizes where the store
 * lists no digests but was seen to compare each as its part came.
 *
 * @throws `unsupported` for a store that does neither
 */
async function compareWithStore(
  context: SignerContext,
  facts: TicketFacts,
  listed: ReadonlyMap<number, ListedPart>,
  manifest: Manifest,
  call: SignerCall,
): Promise<Compared> {
  const { checksum, partSize } = facts;
  const bySize = compareParts(listed, manifest, partSize, () => true);
  if (checksum === 'none') return bySize;
  const seen = { same: 0, other: 0, untold: 0 };
  const byDigest = compareParts(listed, manifest, partSize, (part, sent) => {
    const likeness = likenessOf(part, sent, checksum);
    seen[likeness] += 1;
    return likeness === 'same';
  });
  // The ETags of some stores look like MD5s and are none, as MinIO's under KMS: then not one of them is the part's.
  const odd = checksum === 'md5' && seen.same === 0 && seen.other > 0;
  if (seen.untold === 0 && !odd) return byDigest;
  if (checksum === 'crc32') throw unproven("Set the option checksum: 'md5' for this store.");
  // Amazon compares the signed MD5 of every part, whatever its ETag is under KMS.
  if (context.settings.endpoint === null) return seen.other > 0 ? byDigest : bySize;
  const proof = await context.findings.proof(facts, call);
  if (seen.other > 0 && proof.plainETags) return byDigest;
  if (!proof.verifies) throw unproven('Use a store that compares Content-MD5, or one that keeps checksums.');
  return { ...bySize, good: bySize.good.map((part) => ({ ...part, digests: {} })) };
}

/** @throws `invalid-argument` for a manifest without the digest */
function likenessOf(
  listed: ListedPart,
  sent: PartFacts,
  checksum: 'crc32' | 'md5',
): 'same' | 'other' | 'untold' {
  const meant = sent.digests[checksum];
  if (meant === undefined) {
    throw new TransferError('invalid-argument', `The manifest lacks the ${checksum} of part ${sent.number}.`);
  }
  const stated = listed.digests[checksum];
  if (stated === undefined) return 'untold';
  return stated === meant ? 'same' : 'other';
}

function unproven(hint: string): TransferError {
  return new TransferError(
    'unsupported',
    'The store keeps no digests of parts, and was not seen to compare any.',
    {
      hint,
    },
  );
}

/** Digests of the whole: of a file in one request its only part's. */
function wholeDigests(facts: TicketFacts, { digests, parts }: Manifest): Digests {
  return facts.single ? { ...parts[0]?.digests, ...digests } : digests;
}

/**
 * When the store has compared the digest of the whole, nothing is left to ask. Otherwise a HEAD finds out the total
 * size, which nothing bound, and the ETag, which Ceph 16 leaves empty here.
 */
async function verifyCompleted(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  parts: readonly ListedPart[],
  output: CompletedUpload,
  call: SignerCall,
): Promise<Commit> {
  const digests = provenDigests(facts, manifest, parts, output);
  if (digests === null) return commitMade(finalPlace(context, facts, call), facts, manifest);
  const object = plannedFacts(facts, manifest.size, digests, quotedETag(output.ETag));
  return { state: 'stored', object: await storedObject(context, facts.key, object) };
}

/** Digests of the whole that the store has proved by now, or null. */
function provenDigests(
  facts: TicketFacts,
  manifest: Manifest,
  [only]: readonly ListedPart[],
  output: CompletedUpload,
): Digests | null {
  const { crc32 } = wholeDigests(facts, manifest);
  if (crc32 !== undefined && output.ChecksumCRC32 === crc32 && quotedETag(output.ETag) !== null) {
    return { crc32 };
  }
  // The only part was named by its ETag, which is its MD5, and has the size that was signed.
  return facts.single && only?.digests.md5 !== undefined ? { md5: only.digests.md5 } : null;
}

/** The digests that an object can state of itself. */
function statedDigests({ crc32, md5 }: Digests): Digests {
  return { ...(crc32 === undefined ? {} : { crc32 }), ...(md5 === undefined ? {} : { md5 }) };
}

/** What the commit of an upload needs of this store, where the bytes wait under a pending name. */
function pendingStore(
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
    conditional: settings.endpoint === null && context.findings.conditionalWrites,
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
    const { good, missing } = await compareWithStore(context, facts, listed, manifest, call);
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
    ...plannedFacts(facts, found.size, {}, quotedETag(copied.ETag)),
    integrity: integrityOf(found.head),
  });
}

/** Refuses an upload whose bytes land under the final key; what an earlier commit accepted stays. */
async function refuse(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  why: Refused,
  call: SignerCall,
): Promise<Commit> {
  const place = finalPlace(context, facts, call);
  const aborted = facts.uploadId !== null && (await abortUpload(context, facts, facts.uploadId, call));
  if (facts.staging === 'none') {
    if (!aborted) await dropContradiction(place, facts);
    return why;
  }
  if (aborted) await mark(context, facts, refusalMetadata(why), call);
  // Ceph 16 lets an upload be aborted while a Complete of it goes on, and both succeed: so it looks after an abort, too.
  const earlier = await earlierCommit(place, facts, manifest);
  if (earlier !== null) {
    if (aborted) await removeObject(context, pendingName(context.settings.prefix, facts.key), call);
    return earlier;
  }
  if (!aborted) await mark(context, facts, refusalMetadata(why), call);
  return why;
}

/** The store does not know the upload any more: what an earlier commit made of it. */
async function endedBefore(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: SignerCall,
): Promise<Commit> {
  const found = await findCommitted(finalPlace(context, facts, call), facts, manifest);
  if (found.state !== 'gone' || facts.staging === 'none') return found;
  return (await markedRefusal(context, facts, call)) ?? found;
}
