import {
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import { type Commit, type Manifest, type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { refused, senderOfTicket } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { quotedETag } from './etag.ts';
import { findCommitted } from './find-committed.ts';
import { headObject, storedObject } from './head.ts';
import { type ListedPart, UPLOAD_GONE } from './listing.ts';
import type { TicketFacts } from './ticket.ts';
import { refuse, verify } from './verify.ts';

/** Refusals that have a meaning here; the SDK finds those that come with a 200, too. */
const EXPECTED = [
  ...UPLOAD_GONE,
  'PreconditionFailed',
  'InvalidPart',
  'BadDigest',
  'XAmzContentChecksumMismatch',
];

/** Puts the parts together, and verifies what came of it. */
export async function complete(
  context: SignerContext,
  facts: TicketFacts,
  uploadId: string,
  manifest: Manifest,
  parts: readonly ListedPart[],
  strays: boolean,
  call: SignerCall,
): Promise<Commit> {
  const { caller, settings } = context;
  const crc32 = facts.checksum === 'crc32' ? manifest.digests.crc32 : undefined;
  const outcome = await caller.attempt('putting the parts together', call, EXPECTED, (client, options) =>
    client.send(
      new CompleteMultipartUploadCommand({
        Bucket: facts.bucket,
        Key: facts.key,
        UploadId: uploadId,
        MultipartUpload: {
          Parts: parts.map(({ number, etag, digests }) => ({
            PartNumber: number,
            ETag: etag,
            ...(digests.crc32 === undefined ? {} : { ChecksumCRC32: digests.crc32 }),
          })),
        },
        ...(settings.conditionalWrites ? { IfNoneMatch: '*' } : {}),
        // Stores that know no CRC32 need not know the size header either.
        ...(facts.checksum === 'crc32' ? { ChecksumType: 'FULL_OBJECT', MpuObjectSize: manifest.size } : {}),
        ...(crc32 === undefined ? {} : { ChecksumCRC32: crc32 }),
      }),
      options,
    ),
  );
  switch (outcome.code) {
    case null:
      return verifyCompleted(context, facts, manifest, outcome.output, call);
    case 'NoSuchUpload':
    case 'NoSuchKey':
      return findCommitted(context, facts, manifest, call);
    case 'PreconditionFailed': {
      const found = await findCommitted(context, facts, manifest, call);
      if (found.state !== 'gone') return found;
      return refuse(
        context,
        facts,
        call,
        refused('object-exists', 'an object of another transfer has this key'),
      );
    }
    case 'InvalidPart':
      // Ceph 16 puts all parts together or none, and a single one can't be removed.
      if (strays)
        return refuse(context, facts, call, refused('size-mismatch', 'the store holds parts beyond the end'));
      throw new TransferError('server-error', 'putting the parts together: a part changed meanwhile');
    default:
      return refuse(
        context,
        facts,
        call,
        refused('digest-mismatch', 'the store holds other bytes than were sent'),
      );
  }
}

/**
 * When the store has compared the CRC of the whole and states it, nothing is left to ask. Otherwise a HEAD finds out
 * the total size, which nothing bound, and the ETag, which Ceph 16 leaves empty here.
 */
async function verifyCompleted(
  context: SignerContext,
  facts: TicketFacts,
  manifest: Manifest,
  output: CompleteMultipartUploadCommandOutput,
  call: SignerCall,
): Promise<Commit> {
  const { crc32 } = manifest.digests;
  const version = quotedETag(output.ETag);
  if (crc32 !== undefined && output.ChecksumCRC32 === crc32 && version !== null) {
    const object = await storedObject(context, facts.key, {
      size: manifest.size,
      contentType: facts.contentType,
      version,
      integrity: { kind: 'whole', digests: { crc32 } },
      name: facts.name,
      sender: senderOfTicket(facts),
    });
    return { state: 'stored', object };
  }
  const head = await headObject(context, facts.key, call);
  if (head !== null) return verify(context, facts, manifest, head, call);
  throw new TransferError('server-error', 'putting the parts together: the object is not there yet');
}
