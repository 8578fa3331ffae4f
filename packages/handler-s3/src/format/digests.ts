import { TransferError } from '@mesibo-files/handler-core';
import {
  crcHashes,
  type DigestAlgorithm,
  type HashPort,
  type ObjectIntegrity,
  partCount,
  type WantedPart,
} from '@mesibo-files/handler-core/provider';
import { crc32 } from '@node-rs/crc32';
import type { S3Checksum } from '../options.ts';
import { PART_SIZE } from './metadata.ts';

/** The MD5 that an ETag of one PUT or part is, in base64, or null where it is none. */
export function md5OfETag(etag: string | undefined): string | null {
  const hex = /^"?([0-9a-f]{32})"?$/i.exec(etag ?? '')?.[1];
  return hex === undefined ? null : hexToBase64(hex);
}

/** Whether a text is an MD5 in base64. */
export function isMd5(digest: string): boolean {
  return /^[A-Za-z0-9+/]{22}==$/.test(digest);
}

/** The MD5 of the parts' MD5s and their number, which the ETag of an object of parts is, or null where it is none. */
function partsOfETag(etag: string | undefined): { readonly md5: string; readonly parts: number } | null {
  const [, hex, parts] = /^"?([0-9a-f]{32})-(\d{1,5})"?$/i.exec(etag ?? '') ?? [];
  return hex === undefined || parts === undefined ? null : { md5: hexToBase64(hex), parts: Number(parts) };
}

/**
 * An ETag as If-Match wants it: quoted and strong. Null for a weak one, which promises nothing of the bytes, and for the
 * empty one that Ceph 16 gives to a Complete.
 */
export function quotedETag(etag: string | undefined): string | null {
  if (etag?.startsWith('W/')) return null;
  const bare = (etag ?? '').replace(/^"|"$/g, '');
  return bare === '' ? null : `"${bare}"`;
}

/** Base64 of the bytes that stand in hexadecimal. */
function hexToBase64(hex: string): string {
  return btoa(
    (hex.match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join(''),
  );
}

/** The lower-case hexadecimal of bytes that stand in base64. */
export function base64ToHex(base64: string): string {
  return Array.from(atob(base64), (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join(
    '',
  );
}

/** What of an answer to HEAD tells how the bytes can be verified; fields as the SDK names them. */
export interface HashedObject {
  readonly ContentLength: number;
  readonly ETag?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly ChecksumType?: string | undefined;
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumCRC32C?: string | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
}

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
  const count = partCount(object.ContentLength, pieceSize);
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

/** The store's own checksum by a native module: some two times as fast as Node's. */
export const storeHashes: HashPort = crcHashes('crc32', (bytes, value) =>
  crc32(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), value),
);

const BYTES: Readonly<Partial<Record<DigestAlgorithm, number>>> = { crc32: 4, md5: 16 };

/** The signed header that binds a part to its digest. @throws `invalid-argument` for a part without it */
export function digestHeader(checksum: S3Checksum, part: WantedPart): Record<string, string> {
  if (checksum === 'none') return {};
  const digest = part.digests[checksum];
  if (digest === undefined || !isBase64(digest, BYTES[checksum] ?? 0)) {
    throw new TransferError(
      'invalid-argument',
      `Part ${part.number} can not be signed without its ${checksum}.`,
    );
  }
  return checksum === 'md5' ? { 'content-md5': digest } : { 'x-amz-checksum-crc32': digest };
}

function isBase64(text: string, bytes: number): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0 && atob(text).length === bytes;
}
