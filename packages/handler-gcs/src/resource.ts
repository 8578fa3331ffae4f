import { type Digests, isCount } from '@mesibo-files/handler-core/provider';

/** What is read of an object in the JSON API: https://cloud.google.com/storage/docs/json_api/v1/objects */
export interface ObjectResource {
  readonly size: number;
  /** Decimal; it changes when the bytes change. */
  readonly generation: string;
  readonly contentType: string | null;
  readonly contentDisposition: string | null;
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
