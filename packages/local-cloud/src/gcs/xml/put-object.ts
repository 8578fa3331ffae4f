import { identityHeaders, readAttributes } from '../attributes.ts';
import { statedHashes } from '../body/hashes.ts';
import { readLengthRange } from '../body/length-range.ts';
import { contentLength, receiveBody } from '../body/receive.ts';
import { GcsError } from '../errors.ts';
import { storeObject } from '../store/objects.ts';
import { checkPreconditions, headerPreconditions } from '../store/preconditions.ts';
import type { XmlOperation } from './call.ts';

/** PUT Object. Source: "Upload an object", XML API reference. */
export const putObject: XmlOperation = async (call) => {
  const { state, request, bucket, name } = call;
  if (request.headers.has('x-goog-copy-source')) {
    throw new GcsError('NotImplemented', 'local-cloud does not copy objects.');
  }
  const conditions = headerPreconditions(request.headers);
  checkPreconditions(conditions, bucket.objects.get(name), 'write');
  const attributes = readAttributes(request.headers, bucket.storageClass);
  const plan = {
    length: contentLength(request),
    range: readLengthRange(request.headers),
    stated: statedHashes(request.headers),
  };
  request.continueBody();
  const { segment, hashes } = await receiveBody(state, request.message, plan);
  const object = await storeObject(
    state,
    { bucket, name, hashes, attributes, segments: [segment] },
    conditions,
  );
  return { status: 200, headers: identityHeaders(object) };
};
