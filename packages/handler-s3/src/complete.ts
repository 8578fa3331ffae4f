import {
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import { type Manifest, type SignerCall, TransferError } from '@mesibo-files/handler-core';
import { type Refused, refused } from '@mesibo-files/handler-core/provider';
import type { SignerContext } from './context.ts';
import { type ListedPart, UPLOAD_GONE } from './listing.ts';
import type { TicketFacts } from './ticket.ts';

/** Refusals that have a meaning here; the SDK finds those that come with a 200, too. */
const EXPECTED = [
  ...UPLOAD_GONE,
  'PreconditionFailed',
  'InvalidPart',
  'BadDigest',
  'XAmzContentChecksumMismatch',
];

/** What came of putting parts together. */
export type Completed =
  | { readonly state: 'done'; readonly output: CompleteMultipartUploadCommandOutput }
  /** The store no longer knows the upload. */
  | { readonly state: 'gone' }
  /** An object is there already. */
  | { readonly state: 'exists' }
  | { readonly state: 'refused'; readonly why: Refused };

/** An upload of parts that are all there. */
export interface WholeUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly parts: readonly Pick<ListedPart, 'number' | 'etag' | 'digests'>[];
  /** Whether the store holds parts beyond these. */
  readonly strays: boolean;
}

/** Puts the parts of an upload together. */
export async function complete(
  { caller, settings }: SignerContext,
  facts: TicketFacts,
  { key, uploadId, parts, strays }: WholeUpload,
  { size, digests }: Pick<Manifest, 'size' | 'digests'>,
  call: SignerCall,
): Promise<Completed> {
  const crc32 = facts.checksum === 'crc32' ? digests.crc32 : undefined;
  const outcome = await caller.attempt('putting the parts together', call, EXPECTED, (client, options) =>
    client.send(
      new CompleteMultipartUploadCommand({
        Bucket: facts.bucket,
        Key: key,
        UploadId: uploadId,
        MultipartUpload: {
          Parts: parts.map((part) => ({
            PartNumber: part.number,
            ETag: part.etag,
            ...(part.digests.crc32 === undefined ? {} : { ChecksumCRC32: part.digests.crc32 }),
          })),
        },
        ...(settings.conditionalWrites ? { IfNoneMatch: '*' } : {}),
        // Stores that know no CRC32 need not know the size header either.
        ...(facts.checksum === 'crc32' ? { ChecksumType: 'FULL_OBJECT', MpuObjectSize: size } : {}),
        ...(crc32 === undefined ? {} : { ChecksumCRC32: crc32 }),
      }),
      options,
    ),
  );
  switch (outcome.code) {
    case null:
      return { state: 'done', output: outcome.output };
    case 'NoSuchUpload':
    case 'NoSuchKey':
      return { state: 'gone' };
    case 'PreconditionFailed':
      return { state: 'exists' };
    case 'InvalidPart':
      // Ceph 16 puts all parts together or none, and a single one can't be removed.
      if (strays)
        return { state: 'refused', why: refused('size-mismatch', 'the store holds parts beyond the end') };
      throw new TransferError('server-error', 'putting the parts together: a part changed meanwhile');
    default:
      return {
        state: 'refused',
        why: refused('digest-mismatch', 'the store holds other bytes than were sent'),
      };
  }
}
