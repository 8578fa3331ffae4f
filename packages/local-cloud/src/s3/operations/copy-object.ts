import { checksumElement, encryptionHeaders, readAttributes } from '../attributes.ts';
import { checksumAlgorithmOf } from '../body/digests.ts';
import { checkWriteConditions } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { bucketOf, etagOf, keyOf, storeObject, wholeSeconds } from '../store/objects.ts';
import type { StoredChecksum, StoredObject } from '../store/types.ts';
import type { S3Call, S3Operation } from '../types.ts';
import { writeXml } from '../xml.ts';
import { copySourceOf, digestsOf } from './copied-bytes.ts';

/** Most bytes of one copy. Source: "Copying, moving, and renaming objects", 5 GB. */
const maximumCopyBytes: number = 5 * 1024 ** 3;

/** CopyObject; the copy shares the bytes. */
export const copyObject: S3Operation = async (call) => {
  const { headers } = call.request;
  const { name, objects } = bucketOf(call);
  const key = keyOf(call);
  checkWriteConditions(headers, objects.get(key));
  const source = copySourceOf(call);
  if (source.size > maximumCopyBytes) {
    throw new S3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${maximumCopyBytes}`,
    );
  }
  const directive = headers.get('x-amz-metadata-directive') ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw new S3Error('InvalidArgument', 'Unknown metadata directive.', {
      elements: { ArgumentName: 'x-amz-metadata-directive', ArgumentValue: directive },
    });
  }
  const replace = directive === 'REPLACE';
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
  const attributes = replace ? stated : { ...source.attributes, storageClass, encryption, kmsKeyId };
  // Held while its bytes are read: the source may be deleted meanwhile.
  call.state.blobs.retain(source.segments);
  let copy: StoredObject;
  try {
    copy = {
      ...source,
      key,
      attributes,
      lastModified: wholeSeconds(call.state.now()),
      ...(await ownDigests(call, source, attributes)),
    };
  } catch (error) {
    await call.state.blobs.release(source.segments);
    throw error;
  }
  await storeObject(call, copy);
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...encryptionHeaders(copy.attributes) },
    body: writeXml('CopyObjectResult', {
      LastModified: new Date(copy.lastModified).toISOString(),
      ETag: `"${copy.etag}"`,
      ...checksumElement(copy.checksum),
      ...(copy.checksum === undefined ? {} : { ChecksumType: copy.checksum.type }),
    }),
  };
};

/**
 * A copy is made in one piece, whatever its source was: its ETag is the MD5 of all bytes, and its checksum one of the
 * full object, of the algorithm asked for or else of the source's. Source: "Checking object integrity", copies.
 */
const ownDigests = async (
  call: S3Call,
  source: StoredObject,
  attributes: StoredObject['attributes'],
): Promise<Pick<StoredObject, 'etag' | 'checksum' | 'partCount'>> => {
  const named = call.request.headers.get('x-amz-checksum-algorithm');
  const algorithm = named === undefined ? source.checksum?.algorithm : checksumAlgorithmOf(named);
  if (named !== undefined && algorithm === undefined) {
    throw new S3Error('InvalidRequest', 'Checksum algorithm provided is unsupported.');
  }
  const range = { first: 0, last: source.size - 1 };
  const { md5, checksum: digest } = await digestsOf(call, source, range, algorithm);
  const checksum: StoredChecksum | undefined =
    algorithm === undefined || digest === undefined
      ? undefined
      : { algorithm, value: digest.toString('base64'), type: 'FULL_OBJECT' };
  return { etag: etagOf(md5, attributes), checksum, partCount: undefined };
};
