import { encryptionHeaders, readAttributes } from '../attributes.ts';
import { checkReadConditions } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { decodeUri } from '../signature/uri-encoding.ts';
import { bucketOf, keyOf, storeObject, wholeSeconds } from '../store/objects.ts';
import type { StoredObject } from '../store/types.ts';
import type { S3Call, S3Operation } from '../types.ts';
import { writeXml } from '../xml.ts';

/** CopyObject; the copy shares the bytes. */
export const copyObject: S3Operation = async (call) => {
  const { headers } = call.request;
  const { name } = bucketOf(call);
  const key = keyOf(call);
  const source = sourceOf(call);
  checkSourceConditions(headers, source);
  const replace = headers.get('x-amz-metadata-directive') === 'REPLACE';
  const stated = readAttributes(headers);
  if (
    !replace &&
    headers.get('x-amz-copy-source') === `${name}/${key}` &&
    stated.storageClass === undefined
  ) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const { storageClass, encryption, kmsKeyId } = stated;
  const copy: StoredObject = {
    ...source,
    key,
    attributes: replace ? stated : { ...source.attributes, storageClass, encryption, kmsKeyId },
    lastModified: wholeSeconds(call.state.now()),
  };
  call.state.blobs.retain(copy.segments);
  await storeObject(call, copy);
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...encryptionHeaders(copy.attributes) },
    body: writeXml('CopyObjectResult', {
      LastModified: new Date(copy.lastModified).toISOString(),
      ETag: `"${copy.etag}"`,
    }),
  };
};

const sourceOf = (call: S3Call): StoredObject => {
  const path = decodeUri(call.request.headers.get('x-amz-copy-source') ?? '').replace(/^\//, '');
  const slash = path.indexOf('/');
  if (slash < 1) {
    throw new S3Error(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    );
  }
  const source = call.state.buckets.get(path.slice(0, slash)).objects.get(path.slice(slash + 1));
  if (source === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  return source;
};

const checkSourceConditions = (headers: ReadonlyMap<string, string>, source: StoredObject): void => {
  const prefix = 'x-amz-copy-source-if-';
  const conditions = [...headers]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [`if-${name.slice(prefix.length)}`, value] as const);
  try {
    checkReadConditions(new Map(conditions), source);
  } catch (error) {
    // For a copy, "not modified" too is a failed condition.
    if (!(error instanceof S3Error) || error.code !== 'NotModified') throw error;
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }
};
