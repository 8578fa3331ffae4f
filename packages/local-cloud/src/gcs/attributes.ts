import { GcsError } from './errors.ts';
import { headerText } from './parse-request.ts';
import type { GcsObject, ObjectAttributes } from './store/types.ts';
import type { GcsHeaders } from './types.ts';

const metaPrefix = 'x-goog-meta-';
/** Most bytes of names and values of user metadata. Source: "Quotas and limits", 8 KiB. */
const maximumMetadataBytes = 8 * 1024;
// Source: "Storage classes".
const storageClasses = new Set([
  'STANDARD',
  'NEARLINE',
  'COLDLINE',
  'ARCHIVE',
  'MULTI_REGIONAL',
  'REGIONAL',
  'DURABLE_REDUCED_AVAILABILITY',
]);

/** Refuses a class that isn't one. */
export const checkStorageClass = (storageClass: string): string => {
  if (storageClasses.has(storageClass)) return storageClass;
  throw new GcsError('InvalidStorageClass', 'The specified storage class is not valid.', {
    elements: { Details: `Invalid storage class: ${storageClass}` },
  });
};

/** Refuses more user metadata than an object may have. */
export const checkMetadata = (
  metadata: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const bytes = Object.entries(metadata).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (bytes <= maximumMetadataBytes) return metadata;
  throw new GcsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size.', {
    elements: { Details: `${bytes} bytes of at most ${maximumMetadataBytes}` },
  });
};

/** Reads what a request of the XML API states of the object it makes. */
export const readAttributes = (
  headers: ReadonlyMap<string, string>,
  defaultStorageClass: string,
): ObjectAttributes => {
  const text = (name: string): string | undefined => {
    const value = headers.get(name);
    return value === undefined ? undefined : headerText(value);
  };
  const metadata = [...headers]
    .filter(([name]) => name.startsWith(metaPrefix) && name.length > metaPrefix.length)
    .map(([name, value]) => [name.slice(metaPrefix.length), headerText(value)] as const);
  return {
    contentType: text('content-type'),
    cacheControl: text('cache-control'),
    contentDisposition: text('content-disposition'),
    contentEncoding: text('content-encoding'),
    contentLanguage: text('content-language'),
    customTime: text('x-goog-custom-time'),
    temporaryHold: undefined,
    eventBasedHold: undefined,
    storageClass: checkStorageClass(text('x-goog-storage-class') ?? defaultStorageClass),
    metadata: checkMetadata(Object.fromEntries(metadata)),
  };
};

/** `x-goog-hash` as it is answered: one header for each digest. */
export const hashHeader = (object: GcsObject): readonly string[] => [
  `crc32c=${object.crc32c}`,
  ...(object.md5 === undefined ? [] : [`md5=${object.md5}`]),
];

/** Headers by which an answer names the object that was made. */
export const identityHeaders = (object: GcsObject): GcsHeaders => ({
  etag: `"${object.etag}"`,
  'x-goog-generation': String(object.generation),
  'x-goog-metageneration': String(object.metageneration),
  'x-goog-hash': hashHeader(object),
  'x-goog-stored-content-encoding': object.attributes.contentEncoding ?? 'identity',
  'x-goog-stored-content-length': String(object.size),
});

/** Also of an answer that the object is not modified. */
export const cacheControlOf = ({ attributes }: GcsObject): string =>
  attributes.cacheControl ?? 'private, max-age=0';

/** Headers of a download, without length and range. */
export const objectHeaders = (object: GcsObject): GcsHeaders => {
  const { attributes } = object;
  const metadata = Object.entries(attributes.metadata).map(
    ([name, value]) => [`${metaPrefix}${name.toLowerCase()}`, value] as const,
  );
  return {
    ...identityHeaders(object),
    ...Object.fromEntries(metadata),
    'content-type': attributes.contentType ?? 'application/octet-stream',
    'cache-control': cacheControlOf(object),
    'content-disposition': attributes.contentDisposition,
    'content-encoding': attributes.contentEncoding,
    'content-language': attributes.contentLanguage,
    'x-goog-custom-time': attributes.customTime,
    'x-goog-storage-class': attributes.storageClass,
    'last-modified': new Date(object.updatedAt).toUTCString(),
    'accept-ranges': 'bytes',
  };
};
