import { checksumAlgorithms } from '../body/digests.ts';
import { readDocument } from '../body/read-body.ts';
import { S3Error } from '../errors.ts';
import { bucketOf, keyOf, removeObject } from '../store/objects.ts';
import type { S3Call, S3Operation } from '../types.ts';
import { childText, readXml, requiredText, writeXml } from '../xml.ts';

const maximumKeys = 1000;

/** DeleteObject; an absent object is no error. */
export const deleteObject: S3Operation = async (call) => {
  await removeObject(call, bucketOf(call), keyOf(call));
  return { status: 204 };
};

/** DeleteObjects */
export const deleteObjects: S3Operation = async (call) => {
  const bucket = bucketOf(call);
  requireDigest(call);
  const document = readXml(await readDocument(call), 'Delete');
  const keys = (document.children.get('Object') ?? []).map((object) => requiredText(object, 'Key'));
  if (keys.length === 0 || keys.length > maximumKeys) {
    throw new S3Error(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  for (const key of keys) await removeObject(call, bucket, key);
  const quiet = childText(document, 'Quiet') === 'true';
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: writeXml('DeleteResult', { Deleted: quiet ? undefined : keys.map((Key) => ({ Key })) }),
  };
};

/** Some XML bodies must come with a digest. */
export const requireDigest = (call: S3Call): void => {
  const { headers } = call.request;
  const trailer = headers.has('x-amz-trailer');
  const stated = checksumAlgorithms.some((algorithm) => headers.has(`x-amz-checksum-${algorithm}`));
  if (headers.has('content-md5') || trailer || stated) return;
  throw new S3Error(
    'InvalidRequest',
    'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
  );
};
