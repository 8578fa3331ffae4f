import { checkStorageClass } from '../attributes.ts';
import { readDocument, readJsonObject } from '../body/receive.ts';
import { readCorsRules } from '../store/cors-rules.ts';
import type { JsonOperation } from './call.ts';
import { bucketResource, json } from './resource.ts';

/** buckets.list */
export const listBuckets: JsonOperation = ({ state, request }) =>
  json(200, {
    kind: 'storage#buckets',
    items: state.buckets.all().map((bucket) => bucketResource(bucket, request.baseUrl)),
  });

/** buckets.insert */
export const createBucket: JsonOperation = async ({ state, request }) => {
  const { cors, name, storageClass } = readJsonObject(await readDocument(request));
  const bucket = state.buckets.create({
    name: typeof name === 'string' ? name : '',
    createdAt: state.now(),
    cors: readCorsRules(cors),
    storageClass: checkStorageClass(typeof storageClass === 'string' ? storageClass : 'STANDARD'),
  });
  return json(200, bucketResource(bucket, request.baseUrl));
};

/** buckets.get */
export const getBucket: JsonOperation = ({ state, request, bucketName }) =>
  json(200, bucketResource(state.buckets.get(bucketName), request.baseUrl));

/** buckets.patch; of all fields, CORS rules and the storage class can be changed. */
export const patchBucket: JsonOperation = async ({ state, request, bucketName }) => {
  const bucket = state.buckets.get(bucketName);
  const patch = readJsonObject(await readDocument(request));
  if (patch.cors !== undefined) bucket.cors = readCorsRules(patch.cors);
  if (typeof patch.storageClass === 'string') bucket.storageClass = checkStorageClass(patch.storageClass);
  bucket.metageneration += 1;
  bucket.updatedAt = state.now();
  return json(200, bucketResource(bucket, request.baseUrl));
};

/** buckets.delete */
export const deleteBucket: JsonOperation = ({ state, bucketName }) => {
  state.buckets.delete(bucketName);
  return { status: 204 };
};
