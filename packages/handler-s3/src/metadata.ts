import { contentDisposition } from '@mesibo-files/handler-core';
import type { Settings } from './settings.ts';
import type { TicketFacts } from './ticket.ts';

/** Names of our metadata, after `x-amz-meta-`. */
const TRANSFER_ID = 'mesibo-transfer';
export const PART_SIZE = 'mesibo-part-size';

/** What is kept with an object, so that a stateless server can tell whose it is. */
export function metadataOf(facts: TicketFacts): Record<string, string> {
  return {
    'mesibo-uid': String(facts.uid),
    'mesibo-mid': facts.mid,
    'mesibo-source': String(facts.source),
    [TRANSFER_ID]: facts.transferId,
    // An ETag or a composite checksum of parts can only be worked out again by who knows their size.
    ...(facts.uploadId === null ? {} : { [PART_SIZE]: String(facts.partSize) }),
  };
}

/** The headers of an object that goes up in one PUT, but for its digest. All are signed. */
export function objectHeaders(facts: TicketFacts, settings: Settings): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': facts.contentType,
    'content-disposition': contentDisposition(facts.name, facts.contentType),
  };
  for (const [name, value] of Object.entries(metadataOf(facts))) headers[`x-amz-meta-${name}`] = value;
  if (settings.cacheControl !== null) headers['cache-control'] = settings.cacheControl;
  if (settings.conditionalWrites) headers['if-none-match'] = '*';
  if (settings.storageClass !== null) headers['x-amz-storage-class'] = settings.storageClass;
  if (settings.encryption !== null) {
    headers['x-amz-server-side-encryption'] = settings.encryption.type;
    if (settings.encryption.type === 'aws:kms' && settings.encryption.keyId !== undefined) {
      headers['x-amz-server-side-encryption-aws-kms-key-id'] = settings.encryption.keyId;
    }
  }
  return headers;
}

/** Whether an object's metadata shows that this upload made it. Names come back in lower case. */
export function isOurs(metadata: Readonly<Record<string, string>> | undefined, facts: TicketFacts): boolean {
  return facts.transferId !== '' && metadata?.[TRANSFER_ID] === facts.transferId;
}
