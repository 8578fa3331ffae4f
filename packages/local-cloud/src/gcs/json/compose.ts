import { combineCrc32c } from '../body/combine-crc32c.ts';
import { readDocument, readJsonObject } from '../body/receive.ts';
import { GcsError } from '../errors.ts';
import { checkObjectName, findObject, storeObject } from '../store/objects.ts';
import type { GcsObject } from '../store/types.ts';
import { mergeAttributes } from './attributes.ts';
import type { JsonOperation } from './call.ts';
import { preconditionsOf } from './objects.ts';
import { json, objectResource } from './resource.ts';

/** Most sources of one object. Source: "Composite objects", Cloud Storage. */
const mostSources = 32;

/** objects.compose: puts objects of one bucket behind each other. What is made so has no MD5. */
export const composeObject: JsonOperation = async (call) => {
  const { state, request } = call;
  const bucket = state.buckets.get(call.bucketName);
  const { sourceObjects, destination } = readJsonObject(await readDocument(request));
  const named = Array.isArray(sourceObjects) ? sourceObjects : [];
  if (named.length === 0 || named.length > mostSources) {
    throw new GcsError(
      'InvalidArgument',
      `The number of source components must be from 1 to ${mostSources}.`,
    );
  }
  const sources = named.map((one: unknown): GcsObject => {
    const { name, generation } = Object(one) as Record<string, unknown>;
    return findObject(bucket, String(name), generation === undefined ? undefined : String(generation));
  });
  const [first] = sources;
  if (first === undefined) throw new GcsError('InvalidArgument', 'Invalid argument.');
  const fields = Object(destination) as Record<string, unknown>;
  const segments = sources.flatMap((source) => source.segments);
  state.blobs.retain(segments);
  const object = await storeObject(
    state,
    {
      bucket,
      name: checkObjectName(call.name),
      hashes: {
        crc32c: combineCrc32c(sources),
        md5: undefined,
      },
      attributes: mergeAttributes(
        undefined,
        { contentType: first.attributes.contentType, ...fields },
        bucket.storageClass,
      ),
      segments,
      etag: `${state.now()}-${sources.length}`,
    },
    preconditionsOf(call),
  );
  return json(200, objectResource(object, request.baseUrl));
};
