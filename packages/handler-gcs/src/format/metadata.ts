import {
  cacheControlFor,
  contentDisposition,
  type Digests,
  isCount,
  objectMetadata,
} from '@mesibo-files/handler-core/provider';
import type { Settings } from '../options.ts';
import type { TicketFacts } from '../ticket.ts';

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

/** What is read of an object in the JSON API: https://cloud.google.com/storage/docs/json_api/v1/objects */
export interface ObjectResource {
  readonly size: number;
  /** Decimal; it changes when the bytes change. */
  readonly generation: string;
  readonly contentType: string | null;
  readonly contentDisposition: string | null;
  /** `gzip` where another program stored the object so; null for most. */
  readonly contentEncoding: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Of the whole. An object that was put together from parts has no MD5. */
  readonly digests: Digests;
}

/** Reads an answer of the JSON API; null for what is no object. */
export function readResource(body: string): ObjectResource | null {
  const found = parse(body);
  const text = (name: string): string | null => {
    const value: unknown = found[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const size = Number(text('size') ?? Number.NaN);
  const generation = text('generation');
  if (!isCount(size) || generation === null || !/^\d+$/.test(generation)) return null;
  const crc32c = text('crc32c');
  const md5 = text('md5Hash');
  return {
    size,
    generation,
    contentType: text('contentType'),
    contentDisposition: text('contentDisposition'),
    contentEncoding: text('contentEncoding'),
    metadata: textsOf(found.metadata),
    digests: { ...(crc32c === null ? {} : { crc32c }), ...(md5 === null ? {} : { md5 }) },
  };
}

/** A page of a list of objects. */
export interface ListingPage {
  readonly objects: readonly { readonly name: string; readonly createdAt: number }[];
  /** Token of the next page; empty after the last. */
  readonly next: string;
}

/** Reads a page of a list of objects; null for what is none. `createdAt` is NaN where it is not stated. */
export function readListing(body: string): ListingPage | null {
  const { kind, items, nextPageToken } = parse(body);
  if (kind !== 'storage#objects') return null;
  const objects = (Array.isArray(items) ? items : []).flatMap((item: unknown) => {
    const { name, timeCreated } = Object(item) as Record<string, unknown>;
    return typeof name === 'string' ? [{ name, createdAt: Date.parse(String(timeCreated)) }] : [];
  });
  return { objects, next: typeof nextPageToken === 'string' ? nextPageToken : '' };
}

/** Names in lower case: the XML API writes them so. */
function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, text]) =>
      typeof text === 'string' ? [[name.toLowerCase(), text]] : [],
    ),
  );
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
