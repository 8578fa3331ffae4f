import { hashHeader } from '../attributes.ts';
import { readDocument, readJsonObject } from '../body/receive.ts';
import { download } from '../download.ts';
import { type GcsError, toGcsError } from '../errors.ts';
import { queryValue } from '../parse-request.ts';
import { changeAttributes, findObject, removeObject } from '../store/objects.ts';
import { checkPreconditions, type Preconditions, queryPreconditions } from '../store/preconditions.ts';
import type { GcsBucket, GcsObject } from '../store/types.ts';
import type { GcsResponse } from '../types.ts';
import { mergeAttributes } from './attributes.ts';
import type { JsonCall, JsonOperation } from './call.ts';
import { jsonError } from './error-answer.ts';
import { json, objectResource } from './resource.ts';

/** The preconditions of a call. */
export const preconditionsOf = ({ request }: JsonCall): Preconditions =>
  queryPreconditions((name) => queryValue(request, name));

const lookUp = (call: JsonCall, access: 'read' | 'write'): { bucket: GcsBucket; object: GcsObject } => {
  const bucket = call.state.buckets.get(call.bucketName);
  const object = findObject(bucket, call.name, queryValue(call.request, 'generation'));
  checkPreconditions(preconditionsOf(call), object, access);
  return { bucket, object };
};

/** objects.get: the resource, or with `alt=media` the bytes. */
export const getObject: JsonOperation = (call) => {
  const media = queryValue(call.request, 'alt') === 'media';
  try {
    const { object } = lookUp(call, 'read');
    if (!media) return json(200, objectResource(object, call.request.baseUrl));
    // Unlike the XML API this one writes both digests into one header.
    return download(call.request, object, { 'x-goog-hash': hashHeader(object).join(',') });
  } catch (thrown) {
    const error = toGcsError(thrown);
    return media ? mediaError(error) : jsonError(error);
  }
};

/** Errors of a download are plain text. */
const mediaError = (error: GcsError): GcsResponse => ({
  status: error.status,
  headers: { 'content-type': 'text/html; charset=UTF-8', ...error.headers },
  body: error.elements.Details ?? error.message,
});

/** objects.patch: changes the fields that are sent. */
export const patchObject: JsonOperation = async (call) => {
  const patch = readJsonObject(await readDocument(call.request));
  const { bucket, object } = lookUp(call, 'write');
  const changed = changeAttributes(
    call.state,
    bucket,
    object,
    mergeAttributes(object.attributes, patch, bucket.storageClass),
  );
  return json(200, objectResource(changed, call.request.baseUrl));
};

/** objects.update: replaces all fields that can be changed. */
export const updateObject: JsonOperation = async (call) => {
  const fields = readJsonObject(await readDocument(call.request));
  const { bucket, object } = lookUp(call, 'write');
  const changed = changeAttributes(
    call.state,
    bucket,
    object,
    mergeAttributes(undefined, fields, object.attributes.storageClass),
  );
  return json(200, objectResource(changed, call.request.baseUrl));
};

/** objects.delete */
export const deleteObject: JsonOperation = async (call) => {
  await removeObject(call.state, call.state.buckets.get(call.bucketName), call.name, {
    generation: queryValue(call.request, 'generation'),
    conditions: preconditionsOf(call),
  });
  return { status: 204 };
};
