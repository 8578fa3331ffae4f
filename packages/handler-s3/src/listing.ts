import { ListPartsCommand, type Part } from '@aws-sdk/client-s3';
import { TransferError } from '@mesibo-files/handler-core';
import type { Digests, PartFacts, SignerCall } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { md5OfETag } from './etag.ts';
import { landingName } from './landing.ts';
import type { TicketFacts } from './ticket.ts';

/** Codes of an upload that the store no longer knows. After a Complete, Ceph 16 speaks of the key. */
export const UPLOAD_GONE: readonly string[] = ['NoSuchUpload', 'NoSuchKey'];

/** A part that the store lists. */
export interface ListedPart extends PartFacts {
  /** As Complete wants it back. */
  readonly etag: string;
}

/** All parts that the store holds of an upload, by number; null when it no longer knows the upload. */
export async function listParts(
  { caller, settings }: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
  key: string = landingName(facts, settings),
): Promise<ReadonlyMap<number, ListedPart> | null> {
  const parts = new Map<number, ListedPart>();
  let marker: string | undefined;
  for (;;) {
    const place = { Bucket: facts.bucket, Key: key, UploadId: facts.uploadId ?? '' };
    const page = await caller.attempt('listing the parts', call, UPLOAD_GONE, (client, options) =>
      client.send(
        new ListPartsCommand({ ...place, ...(marker === undefined ? {} : { PartNumberMarker: marker }) }),
        options,
      ),
    );
    if (page.code !== null) return null;
    if (page.output.UploadId === undefined && page.output.Key === undefined) {
      throw new TransferError('bad-answer', 'listing the parts: the answer is no list');
    }
    for (const part of page.output.Parts ?? []) {
      const listed = listedPart(part, facts);
      parts.set(listed.number, listed);
    }
    const next = page.output.NextPartNumberMarker;
    if (page.output.IsTruncated !== true) return parts;
    // A store that gives the same marker again would be asked for ever.
    if (next === undefined || next === marker)
      throw new TransferError('bad-answer', 'listing the parts: no end to it');
    marker = next;
  }
}

/** Whether the store still takes parts of an upload. */
export async function isOpen(
  { caller, settings }: SignerContext,
  facts: TicketFacts,
  call: SignerCall,
): Promise<boolean> {
  if (facts.uploadId === null) return false;
  const place = { Bucket: facts.bucket, Key: landingName(facts, settings), UploadId: facts.uploadId };
  const outcome = await caller.attempt('looking at the upload', call, UPLOAD_GONE, (client, options) =>
    client.send(new ListPartsCommand({ ...place, MaxParts: 1 }), options),
  );
  return outcome.code === null;
}

function listedPart(part: Part, facts: TicketFacts): ListedPart {
  return {
    number: part.PartNumber ?? 0,
    size: part.Size ?? 0,
    digests: digestsOf(part, facts),
    etag: part.ETag ?? '',
  };
}

/** Only digests that the engine knows of this upload, too. */
function digestsOf(part: Part, facts: TicketFacts): Digests {
  if (facts.checksum === 'crc32') return part.ChecksumCRC32 ? { crc32: part.ChecksumCRC32 } : {};
  const md5 = facts.checksum === 'md5' && facts.plainETags ? md5OfETag(part.ETag) : null;
  return md5 === null ? {} : { md5 };
}
