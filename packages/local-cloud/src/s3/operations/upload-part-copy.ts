import { encryptionHeaders } from '../attributes.ts';
import { S3Error } from '../errors.ts';
import type { ByteRange } from '../range.ts';
import { bucketOf, etagOf, wholeSeconds } from '../store/objects.ts';
import type { StoredObject, StoredPart } from '../store/types.ts';
import type { S3Operation } from '../types.ts';
import { writeXml } from '../xml.ts';
import { copySourceOf, digestsOf } from './copied-bytes.ts';
import { partNumberOf, putPart, uploadOf } from './multipart.ts';

/** Objects up to this many bytes are copied whole only. Source: UploadPartCopy, x-amz-copy-source-range. */
const wholeOnlyBytes: number = 5 * 1024 ** 2;
/** Most bytes of a part. */
const maximumPartBytes: number = 5 * 1024 ** 3;

/** UploadPartCopy: a part out of the bytes of an object. */
export const uploadPartCopy: S3Operation = async (call) => {
  const upload = uploadOf(call);
  const partNumber = partNumberOf(call);
  const source = copySourceOf(call);
  const range = rangeOf(call.request.headers.get('x-amz-copy-source-range'), source);
  const { blobs } = call.state;
  const algorithm = upload.checksum?.algorithm;
  const { md5, checksum } = await digestsOf(call, source, range, algorithm);
  const segment = await blobs.write(blobs.read(source.segments, range.first, range.last));
  const part: StoredPart = {
    partNumber,
    etag: etagOf(md5, upload.attributes),
    md5,
    segment,
    lastModified: wholeSeconds(call.state.now()),
    checksum: algorithm && checksum ? { algorithm, digest: checksum } : undefined,
  };
  await putPart(call, bucketOf(call), upload, part);
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...encryptionHeaders(upload.attributes) },
    body: writeXml('CopyPartResult', {
      LastModified: new Date(part.lastModified).toISOString(),
      ETag: `"${part.etag}"`,
      ...(part.checksum === undefined
        ? {}
        : { [`Checksum${part.checksum.algorithm.toUpperCase()}`]: part.checksum.digest.toString('base64') }),
    }),
  };
};

const rangeOf = (text: string | undefined, source: StoredObject): ByteRange => {
  if (text === undefined) {
    if (source.size > maximumPartBytes) {
      throw new S3Error('InvalidRequest', 'The specified copy source is larger than a part may be.');
    }
    return { first: 0, last: source.size - 1 };
  }
  const [, from, to] = /^bytes=(\d{1,16})-(\d{1,16})$/.exec(text) ?? [];
  const [first, last] = [Number(from ?? Number.NaN), Number(to ?? Number.NaN)];
  if (!(first <= last) || last - first >= maximumPartBytes) {
    throw new S3Error(
      'InvalidArgument',
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      { elements: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: text } },
    );
  }
  if (last >= source.size) {
    throw new S3Error(
      'InvalidArgument',
      `Range specified is not valid for source object of size: ${source.size}`,
    );
  }
  if (source.size <= wholeOnlyBytes) {
    throw new S3Error(
      'InvalidRequest',
      'The specified copy source is not supported as a byte-range copy source',
    );
  }
  return { first, last };
};
