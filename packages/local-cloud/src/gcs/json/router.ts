import { GcsError } from '../errors.ts';
import type { GcsRequest } from '../types.ts';
import { createBucket, deleteBucket, getBucket, listBuckets, patchBucket } from './buckets.ts';
import type { JsonOperation } from './call.ts';
import { composeObject } from './compose.ts';
import { listObjects } from './list-objects.ts';
import { deleteObject, getObject, patchObject, updateObject } from './objects.ts';
import { copyObject, rewriteObject } from './rewrite.ts';
import { uploadObject } from './upload.ts';

/** What a path of the JSON API is made of. */
export interface PathParts {
  readonly upload: boolean;
  readonly bucket: boolean;
  readonly objects: boolean;
  readonly object: boolean;
  readonly rewrite: boolean;
  readonly copy: boolean;
  readonly compose: boolean;
}

type Shape = 'buckets' | 'bucket' | 'objects' | 'object' | 'rewrite' | 'copy' | 'compose' | 'upload';

const routes: Readonly<Record<Shape, Readonly<Record<string, JsonOperation>>>> = {
  buckets: { GET: listBuckets, POST: createBucket },
  bucket: { GET: getBucket, PATCH: patchBucket, DELETE: deleteBucket },
  objects: { GET: listObjects },
  object: { GET: getObject, PATCH: patchObject, PUT: updateObject, DELETE: deleteObject },
  rewrite: { POST: rewriteObject },
  copy: { POST: copyObject },
  compose: { POST: composeObject },
  upload: { POST: uploadObject, PUT: uploadObject },
};

const shapeOf = (parts: PathParts): Shape | undefined => {
  if (parts.upload) return parts.objects && !parts.object ? 'upload' : undefined;
  if (parts.rewrite) return 'rewrite';
  if (parts.copy) return 'copy';
  if (parts.compose) return 'compose';
  if (parts.object) return 'object';
  if (parts.objects) return 'objects';
  return parts.bucket ? 'bucket' : 'buckets';
};

/** Finds the operation a request of the JSON API asks for. */
export const route = (
  request: GcsRequest,
  parts: PathParts | undefined,
): { readonly operation: JsonOperation; readonly shape: Shape } => {
  const shape = parts === undefined ? undefined : shapeOf(parts);
  const operation = shape === undefined ? undefined : routes[shape][request.method];
  if (shape !== undefined && operation !== undefined) return { operation, shape };
  throw new GcsError('NotImplemented', `local-cloud does not implement ${request.method} of this path.`);
};
