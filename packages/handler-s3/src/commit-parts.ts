import type { CompleteMultipartUploadCommandOutput } from '@aws-sdk/client-s3';
import {
  type Commit,
  type CommitCall,
  type Digests,
  type Manifest,
  type ObjectFacts,
  type PartFacts,
  type SignerCall,
  TransferError,
} from '@mesibo-files/handler-core';
import {
  commitFound,
  compareParts,
  inspectPending,
  pendingObject,
  refused,
  senderOfTicket,
} from '@mesibo-files/handler-core/provider';
import { type Completed, complete, completeOnly, partChanged } from './complete.ts';
import type { SignerContext } from './context.ts';
import { base64ToHex } from './encoding.ts';
import { isMd5, quotedETag } from './etag.ts';
import { finalPlace } from './found.ts';
import { storedObject } from './head.ts';
import { type ListedPart, listParts } from './listing.ts';
import { hasPredictedETag } from './plan.ts';
import { endedBefore, refuse } from './refuse.ts';
import type { TicketFacts } from './ticket.ts';

/**
 * Commits parts that were sent under the final key, where nobody sees them: compares those that the store lists with
 * those that were meant, asks the owner, if there is one to ask, and puts them together when all are there.
 */
export async function commitParts(
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
  const { good, missing } = compareParts(listed, manifest, facts.partSize, isSamePart(facts));
  if (missing.length > 0) return { state: 'missing', parts: missing };
  if (facts.staging !== 'none') {
    const planned = await storedObject(context, facts.key, plannedFacts(facts, manifest.size, digests));
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
export function predictedPart(facts: TicketFacts, { parts: [part] }: Manifest): ListedPart | null {
  if (part === undefined || !hasPredictedETag(facts) || part.size !== facts.size) return null;
  const { md5, crc32 } = part.digests;
  if (md5 === undefined || !isMd5(md5)) return null;
  if (facts.checksum === 'md5') return predicted(part.size, { md5 }, md5);
  return crc32 === undefined ? null : predicted(part.size, { crc32, md5 }, md5);
}

function predicted(size: number, digests: Digests, md5: string): ListedPart {
  return { number: 1, size, digests, etag: `"${base64ToHex(md5)}"` };
}

/** Whether a listed part has the digest of the one that was sent, as far as the store keeps any. */
export function isSamePart(facts: TicketFacts): (listed: ListedPart, sent: PartFacts) => boolean {
  const { checksum } = facts;
  return (listed, sent) => {
    if (checksum === 'none') return true;
    const meant = sent.digests[checksum];
    const stated = listed.digests[checksum];
    if (meant === undefined) {
      throw new TransferError(
        'invalid-argument',
        `The manifest lacks the ${checksum} of part ${sent.number}.`,
      );
    }
    if (stated !== undefined) return stated === meant;
    if (checksum === 'md5') return true; // KMS, or ETags of its own: the store compared the signed MD5 as the part came.
    throw new TransferError(
      'unsupported',
      'The store keeps no CRC32 of parts, so it may not have compared any.',
      {
        hint: "Set the option checksum: 'md5' for this store.",
      },
    );
  };
}

/** Digests of the whole: of a file in one request its only part's. */
export function wholeDigests(facts: TicketFacts, { digests, parts }: Manifest): Digests {
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
  output: CompleteMultipartUploadCommandOutput,
  call: SignerCall,
): Promise<Commit> {
  const place = finalPlace(context, facts, call);
  const digests = provenDigests(facts, manifest, parts, output);
  const version = quotedETag(output.ETag);
  if (digests !== null) {
    const object = { ...plannedFacts(facts, manifest.size, digests), version };
    return { state: 'stored', object: await storedObject(context, facts.key, object) };
  }
  const found = await place.committed();
  if (found !== null) return commitFound(place, facts, manifest, found, true);
  throw new TransferError('server-error', 'putting the parts together: the object is not there yet');
}

/** Digests of the whole that the store has proved by now, or null. */
function provenDigests(
  facts: TicketFacts,
  manifest: Manifest,
  [only]: readonly ListedPart[],
  output: CompleteMultipartUploadCommandOutput,
): Digests | null {
  const { crc32 } = wholeDigests(facts, manifest);
  if (crc32 !== undefined && output.ChecksumCRC32 === crc32 && quotedETag(output.ETag) !== null) {
    return { crc32 };
  }
  // The only part was named by its ETag, which is its MD5, and has the size that was signed.
  return facts.single && only?.digests.md5 !== undefined ? { md5: only.digests.md5 } : null;
}

/** What an object will be, as the ticket has it. */
function plannedFacts(facts: TicketFacts, size: number, { crc32, md5 }: Digests): ObjectFacts {
  const known = { ...(crc32 === undefined ? {} : { crc32 }), ...(md5 === undefined ? {} : { md5 }) };
  return {
    size,
    contentType: facts.contentType,
    version: null,
    integrity: Object.keys(known).length === 0 ? { kind: 'none' } : { kind: 'whole', digests: known },
    name: facts.name,
    sender: senderOfTicket(facts),
  };
}
