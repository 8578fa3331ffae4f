import type { Segment } from '../../s3/store/types.ts';
import { GcsError } from '../errors.ts';
import type { GcsState } from '../types.ts';
import { checkPreconditions, type Preconditions } from './preconditions.ts';
import type { GcsBucket, GcsObject, ObjectAttributes, ObjectHashes } from './types.ts';

/** An object that is about to take its place. */
export interface NewObject {
  readonly bucket: GcsBucket;
  readonly name: string;
  readonly hashes: ObjectHashes;
  readonly attributes: ObjectAttributes;
  readonly segments: readonly Segment[];
  /** XML ETag; default: the hexadecimal MD5. */
  readonly etag?: string;
}

/**
 * Puts an object in its place with a new generation. Conditions are judged and the object replaced in one step, so that
 * of racers with generation-match 0 one wins. On a refusal the new bytes are released.
 */
export const storeObject = async (
  state: GcsState,
  fresh: NewObject,
  conditions: Preconditions,
): Promise<GcsObject> => {
  const { bucket, name, hashes, segments } = fresh;
  const earlier = bucket.objects.get(name);
  try {
    checkPreconditions(conditions, earlier, 'write');
    checkHold(earlier);
  } catch (error) {
    await state.blobs.release(segments);
    throw error;
  }
  const now = state.now();
  const object: GcsObject = {
    bucket: bucket.name,
    name,
    size: segments.reduce((sum, { size }) => sum + size, 0),
    generation: state.nextGeneration(),
    metageneration: 1,
    createdAt: now,
    updatedAt: now,
    etag: fresh.etag ?? Buffer.from(hashes.md5 ?? '', 'base64').toString('hex'),
    crc32c: hashes.crc32c,
    md5: hashes.md5,
    attributes: fresh.attributes,
    segments,
  };
  bucket.objects.set(name, object);
  if (earlier !== undefined) await state.blobs.release(earlier.segments);
  return object;
};

/** The object of that name, and of that generation if one is named; NoSuchKey when there is none. */
export const findObject = (bucket: GcsBucket, name: string, generation?: string): GcsObject => {
  const object = bucket.objects.get(name);
  if (object !== undefined && (generation === undefined || generation === String(object.generation))) {
    return object;
  }
  throw new GcsError('NoSuchKey', 'The specified key does not exist.', {
    elements: { Details: `No such object: ${bucket.name}/${name}` },
  });
};

/** Source: "Object holds", Cloud Storage. */
const checkHold = (object: GcsObject | undefined): void => {
  const { temporaryHold, eventBasedHold } = object?.attributes ?? {};
  if (object === undefined || !(temporaryHold || eventBasedHold)) return;
  const kind = temporaryHold ? 'Temporary' : 'Event-Based';
  throw new GcsError(
    'ObjectUnderActiveHold',
    `Object '${object.bucket}/${object.name}' is under active ${kind} hold and cannot be deleted, overwritten or archived until hold is removed.`,
  );
};

/** Removes an object; NoSuchKey when there is none, as Cloud Storage answers and S3 doesn't. */
export const removeObject = async (
  state: GcsState,
  bucket: GcsBucket,
  name: string,
  options: { readonly generation: string | undefined; readonly conditions: Preconditions },
): Promise<void> => {
  const object = findObject(bucket, name, options.generation);
  checkPreconditions(options.conditions, object, 'write');
  checkHold(object);
  bucket.objects.delete(name);
  await state.blobs.release(object.segments);
};

/** Gives an object other attributes and the next metageneration; its bytes and generation stay. */
export const changeAttributes = (
  state: GcsState,
  bucket: GcsBucket,
  object: GcsObject,
  attributes: ObjectAttributes,
): GcsObject => {
  const changed: GcsObject = {
    ...object,
    attributes,
    metageneration: object.metageneration + 1,
    updatedAt: state.now(),
  };
  bucket.objects.set(object.name, changed);
  return changed;
};

/** Refuses a name that an object can't have. Source: "About Cloud Storage objects", naming requirements. */
export const checkObjectName = (name: string): string => {
  const bytes = Buffer.byteLength(name);
  if (bytes > 1024) throw new GcsError('KeyTooLong', 'The object name is longer than 1024 bytes.');
  const forbidden =
    bytes === 0 ||
    /[\r\n]/.test(name) ||
    name === '.' ||
    name === '..' ||
    name.startsWith('.well-known/acme-challenge/');
  if (forbidden) {
    throw new GcsError('InvalidArgument', 'Invalid argument.', {
      elements: { Details: 'Invalid object name' },
    });
  }
  return name;
};
