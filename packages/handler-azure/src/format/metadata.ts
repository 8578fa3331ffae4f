import { createHash } from 'node:crypto';
import {
  cacheControlFor,
  contentDisposition,
  type Digests,
  fromBase64,
  type Manifest,
  type ObjectIntegrity,
  objectMetadata,
  toBase64,
} from '@mesibo-files/handler-core/provider';
import type { Settings } from '../options.ts';
import type { TicketFacts } from '../ticket.ts';

/** Names of our metadata: Azure takes no hyphen. */
const CRC64 = 'mesibocrc64';
const CRC32 = 'mesibocrc32';
const MD5_OF_MD5S = 'mesibomd5pieces';
const PIECE_SIZE = 'mesibopiecesize';

/** How the object is stored, as the SDK wants it. */
export function blobHeaders(facts: TicketFacts, settings: Settings): Record<string, string> {
  const cacheControl = cacheControlFor(settings.cacheControl, facts);
  return {
    blobContentType: facts.contentType,
    blobContentDisposition: contentDisposition(facts.name, facts.contentType),
    ...(cacheControl === null ? {} : { blobCacheControl: cacheControl }),
  };
}

/** The metadata kept with an object: its owner, and how to verify its bytes. */
export function metadataOf(facts: TicketFacts, manifest: Manifest): Record<string, string> {
  return { ...objectMetadata(facts), ...integrityMetadata(facts, manifest) };
}

function integrityMetadata(facts: TicketFacts, { digests, parts }: Manifest): Record<string, string> {
  if (facts.checksum === 'crc64') {
    // The only part of a single request is the whole; no CRC-32 was asked of it.
    const { crc64nvme = '', crc32 = '' } =
      facts.way === 'single' ? { crc64nvme: parts[0]?.digests.crc64nvme } : digests;
    if (fromBase64(crc64nvme)?.length !== 8) return {};
    return { [CRC64]: crc64nvme, ...(fromBase64(crc32)?.length === 4 ? { [CRC32]: crc32 } : {}) };
  }
  // Azure itself keeps the MD5 of what came in one request.
  if (facts.checksum === 'none' || facts.way === 'single') return {};
  const combined = createHash('md5');
  for (const { digests: own } of parts) combined.update(fromBase64(own.md5 ?? '') ?? new Uint8Array());
  return { [MD5_OF_MD5S]: combined.digest('base64'), [PIECE_SIZE]: String(facts.partSize) };
}

/** The headers of an object that goes up in one Put Blob, but for size and digest. */
export function objectHeaders(
  facts: TicketFacts,
  settings: Settings,
  digests: Digests,
): Record<string, string> {
  const headers: Record<string, string> = {
    'x-ms-blob-type': 'BlockBlob',
    'if-none-match': '*',
    'content-type': facts.contentType,
    'x-ms-blob-content-disposition': contentDisposition(facts.name, facts.contentType),
  };
  // The metadata of a pending blob is the client's, so the commit states its own.
  if (facts.staging === 'none') {
    for (const [name, value] of Object.entries(objectMetadata(facts))) headers[`x-ms-meta-${name}`] = value;
    if (digests.crc64nvme !== undefined) headers[`x-ms-meta-${CRC64}`] = digests.crc64nvme;
  }
  const cacheControl = cacheControlFor(settings.cacheControl, facts);
  if (cacheControl !== null) headers['x-ms-blob-cache-control'] = cacheControl;
  if (settings.accessTier !== null) headers['x-ms-access-tier'] = settings.accessTier;
  return headers;
}

/** What of a blob tells how its bytes can be verified. */
interface HashedBlob {
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
