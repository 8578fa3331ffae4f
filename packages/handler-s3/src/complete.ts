import {
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import { TransferError } from '@mesibo-files/handler-core';
import { type Manifest, type Refused, refused, type SignerCall } from '@mesibo-files/handler-core/provider';
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
  /** A part is not there, or another than named. */
  | { readonly state: 'changed' }
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
      return { state: 'changed' };
    default:
      return {
        state: 'refused',
        why: refused('digest-mismatch', 'the store holds other bytes than were sent'),
      };
  }
}

/**
 * Puts together an upload whose only part is known without listing it. `changed`: look at its parts after all. Ceph 16
 * fails so where the upload was completed before.
 */
export async function completeOnly(
  context: SignerContext,
  facts: TicketFacts,
  place: Pick<WholeUpload, 'key' | 'uploadId'>,
  only: ListedPart,
  call: SignerCall,
): Promise<Completed> {
  const { size, digests } = only;
  const upload = { ...place, parts: [only], strays: false };
  try {
    return await complete(context, facts, upload, { size, digests }, call);
  } catch (error) {
    if (TransferError.is(error) && error.code === 'server-error') return { state: 'changed' };
    throw error;
  }
}

/** The error of parts that changed between their list and their being put together. */
export function partChanged(): TransferError {
  return new TransferError('server-error', 'putting the parts together: a part changed meanwhile');
}
