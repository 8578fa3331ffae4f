import { checksumAlgorithms } from './body/digests.ts';
import { S3Error } from './errors.ts';
import type { ObjectAttributes, StoredChecksum, StoredObject } from './store/types.ts';

const systemHeaders = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  'x-amz-website-redirect-location',
];
const storageClasses = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
];
/** Most bytes of names and values of user metadata. Source: "Working with object metadata". */
const maximumMetadataBytes = 2048;

/** Reads what a client states of an object when it creates it. */
export const readAttributes = (headers: ReadonlyMap<string, string>): ObjectAttributes => {
  const stated = systemHeaders
    .map(
      (name) =>
        [name, name === 'content-encoding' ? withoutChunked(headers.get(name)) : headers.get(name)] as const,
    )
    .filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
  const storageClass = headers.get('x-amz-storage-class');
  if (storageClass !== undefined && !storageClasses.includes(storageClass)) {
    throw new S3Error('InvalidStorageClass', 'The storage class you specified is not valid', {
      elements: { StorageClassRequested: storageClass },
    });
  }
  return {
    headers: { 'content-type': 'binary/octet-stream', ...Object.fromEntries(stated) },
    metadata: readMetadata(headers),
    storageClass: storageClass === 'STANDARD' ? undefined : storageClass,
    encryption: readEncryption(headers),
    kmsKeyId: headers.get('x-amz-server-side-encryption-aws-kms-key-id'),
  };
};

const withoutChunked = (encoding: string | undefined): string | undefined => {
  const rest = encoding
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked' && part !== '')
    .join(', ');
  return rest === '' ? undefined : rest;
};

const readMetadata = (headers: ReadonlyMap<string, string>): Record<string, string> => {
  const metadata = [...headers].filter(([name]) => name.startsWith('x-amz-meta-'));
  const bytes = metadata.reduce(
    (sum, [name, value]) => sum + name.length - 'x-amz-meta-'.length + value.length,
    0,
  );
  if (bytes > maximumMetadataBytes) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      elements: { Size: String(bytes), MaxSizeAllowed: String(maximumMetadataBytes) },
    });
  }
  return Object.fromEntries(metadata);
};

const readEncryption = (headers: ReadonlyMap<string, string>): ObjectAttributes['encryption'] => {
  const encryption = headers.get('x-amz-server-side-encryption');
  if (encryption === undefined || encryption === 'AES256' || encryption === 'aws:kms') return encryption;
  throw new S3Error('InvalidArgument', 'The encryption method specified is not supported', {
    elements: { ArgumentName: 'x-amz-server-side-encryption', ArgumentValue: encryption },
  });
};

/** Encryption headers of answers that concern the object. */
export const encryptionHeaders = (attributes: ObjectAttributes): Record<string, string | undefined> => ({
  'x-amz-server-side-encryption': attributes.encryption,
  'x-amz-server-side-encryption-aws-kms-key-id': attributes.kmsKeyId,
});

/** Checksum headers of an answer. */
export const checksumHeaders = (checksum: StoredChecksum | undefined): Record<string, string | undefined> =>
  checksum === undefined
    ? {}
    : { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, 'x-amz-checksum-type': checksum.type };

/** `ChecksumCRC32` and the like, for XML answers. */
export const checksumElement = (
  checksum: { algorithm: string; value: string } | undefined,
): Record<string, string> =>
  checksum === undefined ? {} : { [`Checksum${checksum.algorithm.toUpperCase()}`]: checksum.value };

/** Names of those elements, by algorithm. */
export const checksumElements: ReadonlyArray<readonly [string, (typeof checksumAlgorithms)[number]]> =
  checksumAlgorithms.map((algorithm) => [`Checksum${algorithm.toUpperCase()}`, algorithm] as const);

/** Headers of a GET or HEAD answer, without length and range. */
export const objectHeaders = (object: StoredObject): Record<string, string | undefined> => ({
  ...object.attributes.headers,
  ...object.attributes.metadata,
  ...encryptionHeaders(object.attributes),
  'x-amz-storage-class': object.attributes.storageClass,
  etag: `"${object.etag}"`,
  'last-modified': new Date(object.lastModified).toUTCString(),
  'accept-ranges': 'bytes',
});
