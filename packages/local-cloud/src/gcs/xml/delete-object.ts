import { queryValue } from '../parse-request.ts';
import { removeObject } from '../store/objects.ts';
import { headerPreconditions } from '../store/preconditions.ts';
import type { XmlOperation } from './call.ts';

/** DELETE Object; an absent one is NoSuchKey. Source: "Delete an object", XML API reference. */
export const deleteObject: XmlOperation = async ({ state, request, bucket, name }) => {
  await removeObject(state, bucket, name, {
    generation: queryValue(request, 'generation'),
    conditions: headerPreconditions(request.headers),
  });
  return { status: 204 };
};
