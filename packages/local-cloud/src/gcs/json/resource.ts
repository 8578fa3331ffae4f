import type { GcsBucket, GcsObject } from '../store/types.ts';
import type { GcsResponse } from '../types.ts';

/** An answer in JSON. */
export const json = (status: number, body: unknown): GcsResponse => ({
  status,
  headers: {
    'content-type': 'application/json; charset=UTF-8',
    'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
  },
  body: JSON.stringify(body),
});

const tag = (...numbers: readonly number[]): string => Buffer.from(numbers.join('/')).toString('base64');

/** An object as the JSON API shows it. Source: "Objects", JSON API reference. */
export const objectResource = (object: GcsObject, baseUrl: string): Record<string, unknown> => {
  const { attributes, bucket, generation, metageneration, name } = object;
  const { metadata, ...stated } = attributes;
  const path = `/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`;
  const created = new Date(object.createdAt).toISOString();
  return {
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    selfLink: `${baseUrl}${path}`,
    mediaLink: `${baseUrl}/download${path}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation: String(generation),
    metageneration: String(metageneration),
    ...stated,
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    size: String(object.size),
    md5Hash: object.md5,
    crc32c: object.crc32c,
    etag: tag(generation, metageneration),
    timeCreated: created,
    timeStorageClassUpdated: created,
    updated: new Date(object.updatedAt).toISOString(),
  };
};

/** A bucket as the JSON API shows it. Source: "Buckets", JSON API reference. */
export const bucketResource = (bucket: GcsBucket, baseUrl: string): Record<string, unknown> => ({
  kind: 'storage#bucket',
  id: bucket.name,
  selfLink: `${baseUrl}/storage/v1/b/${encodeURIComponent(bucket.name)}`,
  name: bucket.name,
  projectNumber: '0',
  location: 'US',
  locationType: 'multi-region',
  storageClass: bucket.storageClass,
  ...(bucket.cors.length === 0 ? {} : { cors: bucket.cors }),
  metageneration: String(bucket.metageneration),
  etag: tag(bucket.metageneration),
  timeCreated: new Date(bucket.createdAt).toISOString(),
  updated: new Date(bucket.updatedAt).toISOString(),
});
