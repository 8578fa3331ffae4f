import { readDocument, readJsonObject } from '../body/receive.ts';
import { GcsError } from '../errors.ts';
import { queryInteger, queryValue } from '../parse-request.ts';
import { checkObjectName, findObject, type NewObject, storeObject } from '../store/objects.ts';
import { checkPreconditions, queryPreconditions } from '../store/preconditions.ts';
import type { GcsObject } from '../store/types.ts';
import { mergeAttributes } from './attributes.ts';
import type { JsonCall, JsonOperation } from './call.ts';
import { preconditionsOf } from './objects.ts';
import { json, objectResource } from './resource.ts';

const mebibyte = 1024 * 1024;

/**
 * objects.rewrite. A body that is not empty is the only source of the new object's editable metadata. Bytes move only
 * between storage classes, and then no more of them in one call than asked for. Source: "Objects: rewrite" (JSON API
 * reference).
 */
export const rewriteObject: JsonOperation = async (call) => {
  const { state, request, target } = call;
  if (target === undefined) throw new GcsError('InvalidArgument', 'Invalid argument.');
  const query = (name: string): string | undefined => queryValue(request, name);
  const document = await readDocument(request);
  const fields = document.trim() === '' ? undefined : readJsonObject(document);
  const source = findObject(state.buckets.get(call.bucketName), call.name, query('sourceGeneration'));
  const ofSource = (name: string): string | undefined => query(name.replace(/^if/, 'ifSource'));
  checkPreconditions(queryPreconditions(ofSource), source, 'write');
  const bucket = state.buckets.get(target.bucketName);
  const name = checkObjectName(target.name);
  const conditions = preconditionsOf(call);
  checkPreconditions(conditions, bucket.objects.get(name), 'write');
  const attributes =
    fields === undefined ? source.attributes : mergeAttributes(undefined, fields, bucket.storageClass);

  const place = `${source.generation} ${target.bucketName}/${name}`;
  const most = mostBytes(
    queryInteger(request, 'maxBytesRewrittenPerCall', {
      least: 1,
      most: 2 ** 53 - 1,
      otherwise: 2 ** 53 - 1,
    }),
  );
  const before = readToken(query('rewriteToken'), place);
  const moves = attributes.storageClass !== source.attributes.storageClass;
  const rewritten = moves ? Math.min(before + most, source.size) : source.size;
  const progress = {
    kind: 'storage#rewriteResponse',
    totalBytesRewritten: String(rewritten),
    objectSize: String(source.size),
  };
  if (rewritten < source.size) {
    return json(200, { ...progress, done: false, rewriteToken: writeToken(rewritten, place) });
  }
  const object = await duplicate(call, source, { bucket, name, attributes });
  return json(200, { ...progress, done: true, resource: objectResource(object, request.baseUrl) });
};

/** objects.copy: the older way, in one step. Source: "Objects: copy" (JSON API reference). */
export const copyObject: JsonOperation = async (call) => {
  const { state, request, target } = call;
  if (target === undefined) throw new GcsError('InvalidArgument', 'Invalid argument.');
  const query = (name: string): string | undefined => queryValue(request, name);
  const document = await readDocument(request);
  const fields = document.trim() === '' ? undefined : readJsonObject(document);
  const source = findObject(state.buckets.get(call.bucketName), call.name, query('sourceGeneration'));
  checkPreconditions(
    queryPreconditions((name) => query(name.replace(/^if/, 'ifSource'))),
    source,
    'write',
  );
  const bucket = state.buckets.get(target.bucketName);
  const name = checkObjectName(target.name);
  const attributes =
    fields === undefined ? source.attributes : mergeAttributes(undefined, fields, bucket.storageClass);
  const object = await duplicate(call, source, { bucket, name, attributes });
  return json(200, objectResource(object, request.baseUrl));
};

/** Another object of the same bytes. */
const duplicate = (
  call: JsonCall,
  source: GcsObject,
  place: Pick<NewObject, 'bucket' | 'name' | 'attributes'>,
): Promise<GcsObject> => {
  const { state } = call;
  state.blobs.retain(source.segments);
  const { crc32c, md5, etag, segments } = source;
  return storeObject(state, { ...place, hashes: { crc32c, md5 }, segments, etag }, preconditionsOf(call));
};

const mostBytes = (asked: number): number => {
  if (asked === 2 ** 53 - 1 || asked % mebibyte === 0) return asked;
  throw new GcsError('InvalidArgument', 'maxBytesRewrittenPerCall must be an integral multiple of 1048576.');
};

const writeToken = (rewritten: number, place: string): string =>
  Buffer.from(JSON.stringify([rewritten, place])).toString('base64url');

/** A token is of one version and one target. */
const readToken = (token: string | undefined, place: string): number => {
  if (token === undefined) return 0;
  try {
    const [rewritten, of] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as [number, string];
    if (of === place && Number.isSafeInteger(rewritten)) return rewritten;
  } catch {
    // Told below.
  }
  throw new GcsError('InvalidArgument', 'Invalid argument.', {
    elements: { Details: 'Invalid rewriteToken' },
  });
};
