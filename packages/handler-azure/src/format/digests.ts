import {
  crcHashes,
  type DigestAlgorithm,
  fromBase64,
  type HashPort,
  type Integrity,
  toBase64,
} from '@mesibo-files/handler-core/provider';
import { crc32 } from '@node-rs/crc32';
import type { AzureChecksum } from '../options.ts';
import type { TicketFacts } from '../ticket.ts';

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

/** The checksum that downloads are verified by, by a native module: it costs a quarter of the store's CRC-64. */
export const storeHashes: HashPort = crcHashes('crc32', (bytes, value) =>
  crc32(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), value),
);
