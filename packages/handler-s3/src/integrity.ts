import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type DigestAlgorithm, type ObjectIntegrity, partCount } from '@mesibo-files/handler-core/provider';
import { md5OfETag, partsOfETag } from './etag.ts';
import { PART_SIZE } from './metadata.ts';

/** What of an answer to HEAD tells how the bytes can be verified. */
export type HashedObject = Pick<
  HeadObjectCommandOutput,
  | 'ContentLength'
  | 'ETag'
  | 'ServerSideEncryption'
  | 'SSECustomerAlgorithm'
  | 'Metadata'
  | 'ChecksumType'
  | 'ChecksumCRC32'
  | 'ChecksumCRC32C'
  | 'ChecksumCRC64NVME'
  | 'ChecksumSHA256'
>;

type Stated = Partial<Record<DigestAlgorithm, string>>;

/**
 * How an object's bytes can be verified, the strongest and cheapest first: a checksum of the whole; the ETag, where
 * it is an MD5; checksums or MD5s of the parts, where their size is known; CRC64, which few platforms have.
 */
export function integrityOf(object: HashedObject): ObjectIntegrity {
  const { crc64nvme, ...common } = wholeChecksums(object);
  if (Object.keys(common).length > 0) return { kind: 'whole', digests: common };
  const rare = crc64nvme === undefined ? {} : { crc64nvme };
  const md5 = wholeMd5(object);
  if (md5 !== null) return { kind: 'whole', digests: { md5, ...rare } };
  const pieces = piecesOf(object);
  if (pieces !== null) return pieces;
  return crc64nvme === undefined ? { kind: 'none' } : { kind: 'whole', digests: rare };
}

/** The MD5 of all the bytes, where the ETag is that. */
export function wholeMd5(object: HashedObject): string | null {
  return hasPlainETag(object) ? md5OfETag(object.ETag) : null;
}

/** Checksums of all the bytes. A composite one is followed by the number of parts, on stores that state no type too. */
export function wholeChecksums(object: HashedObject): Stated {
  if (object.ChecksumType === 'COMPOSITE') return {};
  return Object.fromEntries(Object.entries(checksums(object)).filter(([, digest]) => !digest.includes('-')));
}

function checksums(object: HashedObject): Stated {
  return {
    ...(object.ChecksumCRC32 ? { crc32: object.ChecksumCRC32 } : {}),
    ...(object.ChecksumCRC32C ? { crc32c: object.ChecksumCRC32C } : {}),
    ...(object.ChecksumSHA256 ? { sha256: object.ChecksumSHA256 } : {}),
    ...(object.ChecksumCRC64NVME ? { crc64nvme: object.ChecksumCRC64NVME } : {}),
  };
}

/** With KMS and with customers' keys an ETag is no MD5. */
function hasPlainETag(object: HashedObject): boolean {
  return !(object.ServerSideEncryption ?? '').startsWith('aws:') && object.SSECustomerAlgorithm === undefined;
}

function piecesOf(object: HashedObject): ObjectIntegrity | null {
  const pieceSize = Number(object.Metadata?.[PART_SIZE] ?? Number.NaN);
  if (!Number.isSafeInteger(pieceSize) || pieceSize < 1) return null;
  // The number of parts shows whether the size in the metadata is that of the parts.
  const count = partCount(object.ContentLength ?? 0, pieceSize);
  for (const [name, stated] of Object.entries(checksums(object))) {
    const [combined = '', parts] = stated.split('-');
    if (isAlgorithm(name) && parts === String(count))
      return { kind: 'pieces', algorithm: name, pieceSize, combined };
  }
  const etag = hasPlainETag(object) ? partsOfETag(object.ETag) : null;
  if (etag === null || etag.parts !== count) return null;
  return { kind: 'pieces', algorithm: 'md5', pieceSize, combined: etag.md5 };
}

function isAlgorithm(name: string): name is DigestAlgorithm {
  return name === 'crc32' || name === 'crc32c' || name === 'sha256' || name === 'crc64nvme';
}
