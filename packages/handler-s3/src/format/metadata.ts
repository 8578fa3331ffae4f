import {
  cacheControlFor,
  contentDisposition,
  DAY,
  objectMetadata,
} from '@mesibo-files/handler-core/provider';
import type { S3ObjectLock, Settings } from '../options.ts';
import type { TicketFacts } from '../ticket.ts';

/** Name of the metadata that tells the size of the parts. */
export const PART_SIZE = 'mesibopartsize';

/** The facts kept with an object. */
export function metadataOf(facts: TicketFacts): Record<string, string> {
  return {
    ...objectMetadata(facts),
    // An ETag or a composite checksum of parts can only be worked out again by who knows their size.
    ...(facts.uploadId === null ? {} : { [PART_SIZE]: String(facts.partSize) }),
  };
}

/** Headers of what stays where it lands. */
function lastingHeaders(
  facts: TicketFacts,
  { objectLock, storageClass, tagging }: Settings,
): Record<string, string> {
  return {
    ...(storageClass === null ? {} : { 'x-amz-storage-class': storageClass }),
    ...(tagging === null ? {} : { 'x-amz-tagging': tagging }),
    ...(objectLock === null
      ? {}
      : {
          'x-amz-object-lock-mode': objectLock.mode,
          'x-amz-object-lock-retain-until-date': lockedUntil(facts, objectLock).toISOString(),
        }),
  };
}

/** Until when nobody removes an object, counted from the beginning of its upload. */
export function lockedUntil({ begunAt }: TicketFacts, { days }: S3ObjectLock): Date {
  return new Date(begunAt + days * DAY);
}

/** The headers of an object that goes up in one PUT, but for its digest. All are signed. */
export function objectHeaders(facts: TicketFacts, settings: Settings): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': facts.contentType,
    'content-disposition': contentDisposition(facts.name, facts.contentType),
  };
  for (const [name, value] of Object.entries(metadataOf(facts))) headers[`x-amz-meta-${name}`] = value;
  const cacheControl = cacheControlFor(settings.cacheControl, facts);
  if (cacheControl !== null) headers['cache-control'] = cacheControl;
  if (settings.conditionalWrites) headers['if-none-match'] = '*';
  // What waits a moment would be billed for a month in some classes, and could not be removed under a lock.
  if (facts.staging === 'none') Object.assign(headers, lastingHeaders(facts, settings));
  if (settings.encryption !== null) {
    headers['x-amz-server-side-encryption'] = settings.encryption.type;
    if (settings.encryption.type === 'aws:kms' && settings.encryption.keyId !== undefined) {
      headers['x-amz-server-side-encryption-aws-kms-key-id'] = settings.encryption.keyId;
    }
  }
  return headers;
}
