import {
  type DigestAlgorithm,
  type Digests,
  fromBase64,
  type Integrity,
  type ObjectIntegrity,
  toBase64,
} from '@mesibo-files/handler-core/provider';
import { CRC32, CRC64, MD5_OF_MD5S, PIECE_SIZE } from './metadata.ts';
import type { AzureChecksum } from './options.ts';
import type { TicketFacts } from './ticket.ts';

/** What the engine calls the digest of this option. */
export function algorithmOf(checksum: AzureChecksum): DigestAlgorithm | null {
  if (checksum === 'none') return null;
  return checksum === 'crc64' ? 'crc64nvme' : 'md5';
}

/**
 * Azure compares the digest of every request with the bytes as they arrive: that is the proof. It keeps none of a
 * block; a CRC of the whole is put together from those of the blocks, and kept as metadata. With CRC-64 a CRC-32 is kept
 * beside it: to verify a download by it costs a quarter.
 */
export function integrityOf({ checksum, way }: Pick<TicketFacts, 'checksum' | 'way'>): Integrity {
  const algorithm = algorithmOf(checksum);
  if (algorithm === null) return { parts: [], whole: [], proof: 'length' };
  return {
    parts: [algorithm],
    whole: way !== 'single' && checksum === 'crc64' ? ['crc64nvme', 'crc32'] : [],
    proof: 'store',
  };
}

/** The header by which Azure compares a request's bytes. */
export function digestHeader(algorithm: DigestAlgorithm, digest: string): Record<string, string> {
  return algorithm === 'md5' ? { 'content-md5': digest } : { 'x-ms-content-crc64': reversed(digest) };
}

/** Azure writes a CRC-64 with its least significant byte first. */
function reversed(digest: string): string {
  return toBase64((fromBase64(digest) ?? new Uint8Array()).toReversed());
}

/** What of a blob tells how its bytes can be verified. */
export interface HashedBlob {
  readonly metadata?: Readonly<Record<string, string>>;
  /** The MD5 of the whole, where Azure was given or worked out one: of every Put Blob. */
  readonly contentMD5?: Uint8Array;
}

/** Digests of all the bytes of a blob. */
export function wholeDigests({ metadata = {}, contentMD5 }: HashedBlob): Digests {
  const [crc64, crc32] = [metadata[CRC64] ?? '', metadata[CRC32] ?? ''];
  return {
    ...(fromBase64(crc64)?.length === 8 ? { crc64nvme: crc64 } : {}),
    ...(fromBase64(crc32)?.length === 4 ? { crc32 } : {}),
    ...(contentMD5?.length === 16 ? { md5: toBase64(contentMD5) } : {}),
  };
}

/** How a blob's bytes can be verified. */
export function objectIntegrity(blob: HashedBlob): ObjectIntegrity {
  const digests = wholeDigests(blob);
  if (Object.keys(digests).length > 0) return { kind: 'whole', digests };
  const combined = blob.metadata?.[MD5_OF_MD5S] ?? '';
  const pieceSize = Number(blob.metadata?.[PIECE_SIZE] ?? Number.NaN);
  const whole = Number.isSafeInteger(pieceSize) && pieceSize > 0 && fromBase64(combined)?.length === 16;
  return whole ? { kind: 'pieces', algorithm: 'md5', pieceSize, combined } : { kind: 'none' };
}
