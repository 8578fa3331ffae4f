import { cacheControlFor, contentDisposition, objectMetadata } from '@mesibo-files/handler-core/provider';
import type { Settings } from './settings.ts';
import type { TicketFacts } from './ticket.ts';

/**
 * The headers that make an object what it is, however it goes up, but for size, digest and condition. A
 * Content-Encoding is never among them: the store would decode what it serves.
 */
export function objectHeaders(facts: TicketFacts, settings: Settings): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': facts.contentType,
    'content-disposition': contentDisposition(facts.name, facts.contentType),
  };
  for (const [name, value] of Object.entries(objectMetadata(facts))) headers[`x-goog-meta-${name}`] = value;
  const cacheControl = cacheControlFor(settings.cacheControl, facts);
  if (cacheControl !== null) headers['cache-control'] = cacheControl;
  // What waits a moment would be billed for a month in some classes.
  if (settings.storageClass !== null && facts.staging === 'none')
    headers['x-goog-storage-class'] = settings.storageClass;
  if (settings.kmsKeyName !== null) headers['x-goog-encryption-kms-key-name'] = settings.kmsKeyName;
  return headers;
}

/** Bounds the bytes of a body or of a session, both ends included. */
export function lengthRange(least: number, most: number): Record<string, string> {
  return { 'x-goog-content-length-range': `${least},${most}` };
}

/** Nothing may be there yet. */
export const NOTHING_THERE: Readonly<Record<string, string>> = { 'x-goog-if-generation-match': '0' };

/**
 * The same as {@link objectHeaders}, as fields of an object resource: the whole of its editable metadata. A class that is
 * not stated is the bucket's own.
 */
export function objectFields(facts: TicketFacts, settings: Settings): Record<string, unknown> {
  const cacheControl = cacheControlFor(settings.cacheControl, facts);
  return {
    contentType: facts.contentType,
    contentDisposition: contentDisposition(facts.name, facts.contentType),
    metadata: objectMetadata(facts),
    ...(cacheControl === null ? {} : { cacheControl }),
    ...(settings.storageClass === null ? {} : { storageClass: settings.storageClass }),
  };
}
