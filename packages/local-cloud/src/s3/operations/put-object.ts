import { checksumHeaders, encryptionHeaders, readAttributes } from '../attributes.ts';
import { receiveBody } from '../body/read-body.ts';
import { checkWriteConditions } from '../conditions.ts';
import { bucketOf, etagOf, keyOf, storeObject, wholeSeconds } from '../store/objects.ts';
import type { StoredChecksum, StoredObject } from '../store/types.ts';
import type { S3Operation } from '../types.ts';

/** PutObject */
export const putObject: S3Operation = async (call) => {
  const { request, state } = call;
  const key = keyOf(call);
  checkWriteConditions(request.headers, bucketOf(call).objects.get(key));
  const attributes = readAttributes(request.headers);
  const received = await receiveBody(call);
  const checksum: StoredChecksum | undefined = received.checksum && {
    algorithm: received.checksum.algorithm,
    value: received.checksum.digest.toString('base64'),
    type: 'FULL_OBJECT',
  };
  const object: StoredObject = {
    key,
    size: received.segment.size,
    etag: etagOf(received.md5, attributes),
    lastModified: wholeSeconds(state.now()),
    attributes,
    checksum,
    segments: [received.segment],
    partCount: undefined,
  };
  await storeObject(call, object);
  return {
    status: 200,
    headers: { etag: `"${object.etag}"`, ...encryptionHeaders(attributes), ...checksumHeaders(checksum) },
  };
};
