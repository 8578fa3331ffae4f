import { statedHashes } from '../body/hashes.ts';
import { maximumObjectBytes } from '../body/length-range.ts';
import { multipartRelated } from '../body/multipart-related.ts';
import { contentLength, readDocument, readJsonObject, receiveBody } from '../body/receive.ts';
import { GcsError } from '../errors.ts';
import { queryValue } from '../parse-request.ts';
import { checkObjectName, storeObject } from '../store/objects.ts';
import { checkPreconditions } from '../store/preconditions.ts';
import type { GcsBucket } from '../store/types.ts';
import type { GcsResponse } from '../types.ts';
import { mergeAttributes } from './attributes.ts';
import type { JsonCall, JsonOperation } from './call.ts';
import { preconditionsOf } from './objects.ts';
import { json, objectResource } from './resource.ts';

type Fields = Readonly<Record<string, unknown>>;

const anyLength = { least: 0, most: maximumObjectBytes };

/** objects.insert, in its three ways. Source: "Uploads and downloads" and "Resumable uploads", Cloud Storage. */
export const uploadObject: JsonOperation = (call) => {
  const bucket = call.state.buckets.get(call.bucketName);
  const type = queryValue(call.request, 'uploadType');
  if (call.request.method === 'POST') {
    if (type === 'media') return simple(call, bucket);
    if (type === 'multipart') return multipart(call, bucket);
    if (type === 'resumable') return resumable(call, bucket);
  }
  throw new GcsError('InvalidArgument', `Invalid uploadType: ${type ?? ''}`);
};

const simple = async (call: JsonCall, bucket: GcsBucket): Promise<GcsResponse> => {
  const { request } = call;
  const length = contentLength(request);
  request.continueBody();
  const fields = { contentType: request.headers.get('content-type') };
  return make(call, bucket, { fields, content: request.message, length });
};

const multipart = async (call: JsonCall, bucket: GcsBucket): Promise<GcsResponse> => {
  const { request } = call;
  contentLength(request);
  request.continueBody();
  const { metadata, contentType, content } = await multipartRelated(
    request.headers.get('content-type') ?? '',
    request.message,
  );
  const fields = { ...(contentType === undefined ? {} : { contentType }), ...readJsonObject(metadata) };
  return make(call, bucket, { fields, content, length: undefined });
};

const make = async (
  call: JsonCall,
  bucket: GcsBucket,
  body: { fields: Fields; content: AsyncIterable<Uint8Array>; length: number | undefined },
): Promise<GcsResponse> => {
  const { state, request } = call;
  const name = nameOf(call, body.fields);
  const conditions = preconditionsOf(call);
  checkPreconditions(conditions, bucket.objects.get(name), 'write');
  const attributes = mergeAttributes(undefined, body.fields, bucket.storageClass);
  const stated = { ...statedHashes(request.headers), ...resourceHashes(body.fields) };
  const plan = { length: body.length, range: anyLength, stated };
  const { segment, hashes } = await receiveBody(state, body.content, plan);
  const fresh = { bucket, name, hashes, attributes, segments: [segment] };
  return json(200, objectResource(await storeObject(state, fresh, conditions), request.baseUrl));
};

const resumable = async (call: JsonCall, bucket: GcsBucket): Promise<GcsResponse> => {
  const { state, request } = call;
  const fields = readJsonObject(await readDocument(request));
  const name = nameOf(call, fields);
  const conditions = preconditionsOf(call);
  checkPreconditions(conditions, bucket.objects.get(name), 'write');
  const contentType = request.headers.get('x-upload-content-type');
  const total = request.headers.get('x-upload-content-length');
  const { id } = state.sessions.open({
    api: 'json',
    bucket,
    name,
    conditions,
    attributes: mergeAttributes(
      undefined,
      { ...(contentType === undefined ? {} : { contentType }), ...fields },
      bucket.storageClass,
    ),
    range: anyLength,
    stated: { ...statedHashes(request.headers), ...resourceHashes(fields) },
    total: total === undefined ? undefined : Number(total),
    baseUrl: request.baseUrl,
    rawPath: request.rawPath,
    origin: request.headers.get('origin'),
  });
  const query = `uploadType=resumable&name=${encodeURIComponent(name)}&upload_id=${id}`;
  return { status: 200, headers: { location: `${request.baseUrl}${request.rawPath}?${query}` } };
};

const nameOf = ({ request }: JsonCall, fields: Fields): string => {
  const name = queryValue(request, 'name') ?? fields.name;
  if (typeof name === 'string') return checkObjectName(name);
  throw new GcsError('InvalidArgument', 'Required parameter: name', { reason: 'required' });
};

const resourceHashes = ({ crc32c, md5Hash }: Fields): { crc32c?: string; md5?: string } => ({
  ...(typeof crc32c === 'string' ? { crc32c } : {}),
  ...(typeof md5Hash === 'string' ? { md5: md5Hash } : {}),
});
