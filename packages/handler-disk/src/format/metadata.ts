import type { IncomingHttpHeaders } from 'node:http';
import type { StoredObject } from '@mesibo-files/handler-core';
import {
  type CommonTicketFacts,
  cacheControlFor,
  contentDisposition,
  fileUrlFor,
  normaliseMediaType,
  type ObjectFacts,
  objectMetadata,
  parseContentDisposition,
  senderOf,
} from '@mesibo-files/handler-core/provider';
import { z } from 'zod';
import type { Settings } from '../options.ts';
import { StoreFault } from './codes.ts';

/** What an object is beside its bytes. */
export interface ObjectHead {
  readonly contentType: string;
  readonly disposition: string | null;
  readonly cacheControl: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Every header of ours begins so, and every one that a request to upload has is signed. */
export const OWN_HEADERS = 'x-mesibo-';

const META = `${OWN_HEADERS}meta-`;

/** Not `cache-control`: a browser sends one of its own with every request while its cache is off. */
const CACHE_CONTROL = `${OWN_HEADERS}cache-control`;

/** Digest of the body, or with the last chunk of a session of the whole. */
export const DIGEST_HEADER: string = `${OWN_HEADERS}crc32`;

export function headOf(facts: CommonTicketFacts, settings: Pick<Settings, 'cacheControl'>): ObjectHead {
  return {
    contentType: facts.contentType,
    disposition: contentDisposition(facts.name, facts.contentType),
    cacheControl: cacheControlFor(settings.cacheControl, facts),
    metadata: objectMetadata(facts),
  };
}

/** The headers of a PUT that make an object what it is. */
export function headersOf(head: ObjectHead): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': head.contentType };
  if (head.disposition !== null) headers['content-disposition'] = head.disposition;
  if (head.cacheControl !== null) headers[CACHE_CONTROL] = head.cacheControl;
  for (const [name, value] of Object.entries(head.metadata)) headers[`${META}${name}`] = value;
  return headers;
}

/** The same out of a PUT's headers, once their signature is found good. */
export function headIn(headers: IncomingHttpHeaders): ObjectHead {
  const own = Object.entries(headers).filter(([name]) => name.startsWith(META));
  return {
    // Signed, so it is as we wrote it; what is none stays harmless all the same.
    contentType: normaliseMediaType(headers['content-type'] ?? '') ?? 'application/octet-stream',
    disposition: headers['content-disposition'] || null,
    cacheControl: String(headers[CACHE_CONTROL] ?? '') || null,
    metadata: Object.fromEntries(own.map(([name, value]) => [name.slice(META.length), String(value)])),
  };
}

/** An object's facts, from what is kept with it. */
export function objectFacts(record: ObjectRecord): ObjectFacts {
  const { size, contentType, version, crc32, disposition, metadata } = record;
  return {
    size,
    contentType,
    version,
    integrity: { kind: 'whole', digests: { crc32 } },
    name: disposition === null ? null : parseContentDisposition(disposition),
    ...senderOf(metadata),
  };
}

/** The facts that are kept beside an object's bytes. */
export interface ObjectRecord extends ObjectHead {
  readonly format: 1;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Digests of all bytes as they arrived, base64. */
  readonly crc32: string;
  /** Random: another object under the same key has another. */
  readonly version: string;
  /** Id of the session that it came through; null for one request. */
  readonly session: string | null;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}

const RECORD: z.ZodType<ObjectRecord> = z.object({
  format: z.literal(1),
  key: z.string(),
  size: z.number().int().nonnegative(),
  contentType: z.string(),
  disposition: z.string().nullable(),
  cacheControl: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  crc32: z.string(),
  version: z.string(),
  session: z.string().nullable(),
  storedAt: z.number(),
});

export function writeRecord(record: ObjectRecord): string {
  return JSON.stringify(record);
}

/** @throws StoreFault `DiskFailure` for what the store did not write */
export function readRecord(text: string): ObjectRecord {
  return parseJson(RECORD, text);
}

/** Reads a file of the store's own making. @throws StoreFault `DiskFailure` */
export function parseJson<Value>(schema: z.ZodType<Value>, text: string): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StoreFault(500, 'DiskFailure', 'A file of the store is damaged.', { cause });
  }
}

/** A committed object: its facts, and the durable URL. */
export function storedObject(
  { settings }: { readonly settings: Pick<Settings, 'publicUrl'> },
  record: ObjectRecord,
): StoredObject {
  return { ...objectFacts(record), key: record.key, url: fileUrlFor(settings.publicUrl(), record.key) };
}
