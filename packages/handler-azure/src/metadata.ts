import { createHash } from 'node:crypto';
import {
  cacheControlFor,
  contentDisposition,
  type Digests,
  fromBase64,
  type Manifest,
  objectMetadata,
} from '@mesibo-files/handler-core/provider';
import type { Settings } from './settings.ts';
import type { TicketFacts } from './ticket.ts';

/** Names of our metadata: Azure takes no hyphen. */
export const CRC64 = 'mesibocrc64';
export const CRC32 = 'mesibocrc32';
export const MD5_OF_MD5S = 'mesibomd5pieces';
export const PIECE_SIZE = 'mesibopiecesize';

/** How the object is stored, as the SDK wants it. */
export function blobHeaders(facts: TicketFacts, settings: Settings): Record<string, string> {
  const cacheControl = cacheControlFor(settings.cacheControl, facts);
  return {
    blobContentType: facts.contentType,
    blobContentDisposition: contentDisposition(facts.name, facts.contentType),
    ...(cacheControl === null ? {} : { blobCacheControl: cacheControl }),
  };
}

/** What is kept with an object: whose it is, and how its bytes can be verified. */
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
  // Of what waits the metadata is never believed: the commit states it.
  if (facts.staging === 'none') {
    for (const [name, value] of Object.entries(objectMetadata(facts))) headers[`x-ms-meta-${name}`] = value;
    if (digests.crc64nvme !== undefined) headers[`x-ms-meta-${CRC64}`] = digests.crc64nvme;
  }
  const cacheControl = cacheControlFor(settings.cacheControl, facts);
  if (cacheControl !== null) headers['x-ms-blob-cache-control'] = cacheControl;
  if (settings.accessTier !== null) headers['x-ms-access-tier'] = settings.accessTier;
  return headers;
}
