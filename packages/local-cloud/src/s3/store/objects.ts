import { randomBytes } from 'node:crypto';
import { checkDeleteCondition, checkWriteConditions } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import type { S3Call } from '../types.ts';
import type { Bucket, ObjectAttributes, StoredObject } from './types.ts';

/** The bucket a call names. */
export const bucketOf = (call: S3Call): Bucket => call.state.buckets.get(call.request.bucket ?? '');

/** The key a call names. */
export const keyOf = (call: S3Call): string => call.request.key ?? '';

/** The object a call names; NoSuchKey when there is none. */
export const objectOf = (call: S3Call): StoredObject => {
  const object = bucketOf(call).objects.get(keyOf(call));
  if (object === undefined) {
    throw new S3Error('NoSuchKey', 'The specified key does not exist.', { elements: { Key: keyOf(call) } });
  }
  return object;
};

/** Now, in the whole seconds that HTTP dates have. */
export const wholeSeconds = (now: number): number => Math.floor(now / 1000) * 1000;

/** With KMS an ETag is no MD5, so it must not be taken for one. */
export const etagOf = (md5: Buffer, attributes: ObjectAttributes): string =>
  attributes.encryption === 'aws:kms' ? randomBytes(16).toString('hex') : md5.toString('hex');

/**
 * Puts an object in its place. Conditions are judged and the object replaced in one step, so that of racers with
 * `If-None-Match: *` one wins; `inTheSameStep` runs in it too. On a refusal the new bytes are released.
 */
export const storeObject = async (
  call: S3Call,
  object: StoredObject,
  inTheSameStep: () => void = () => undefined,
): Promise<void> => {
  const { blobs } = call.state;
  try {
    const { objects } = bucketOf(call);
    const earlier = objects.get(object.key);
    checkWriteConditions(call.request.headers, earlier);
    objects.set(object.key, object);
    inTheSameStep();
    if (earlier !== undefined) await blobs.release(earlier.segments);
  } catch (error) {
    await blobs.release(object.segments);
    throw error;
  }
};

/** Removes an object, if it is there. */
export const removeObject = async (call: S3Call, bucket: Bucket, key: string): Promise<void> => {
  const object = bucket.objects.get(key);
  checkDeleteCondition(call.request.headers, object);
  if (object === undefined) return;
  bucket.objects.delete(key);
  await call.state.blobs.release(object.segments);
};
