import { randomBytes } from 'node:crypto';
import { encryptionHeaders, readAttributes } from '../attributes.ts';
import { planBody } from '../body/body-plan.ts';
import { type ChecksumAlgorithm, checksumAlgorithmOf } from '../body/digests.ts';
import { receiveBody } from '../body/read-body.ts';
import { S3Error } from '../errors.ts';
import { queryInteger, queryValue } from '../parse-request.ts';
import { bucketOf, etagOf, keyOf, wholeSeconds } from '../store/objects.ts';
import type { Bucket, ChecksumType, MultipartUpload, StoredPart } from '../store/types.ts';
import type { S3Call, S3Operation } from '../types.ts';
import { writeXml } from '../xml.ts';

/** The answer to an upload id that isn't, or is no more. */
export const noSuchUpload = (uploadId: string): S3Error =>
  new S3Error(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { elements: { UploadId: uploadId } },
  );

/** The upload a call names. */
export const uploadOf = (call: S3Call): MultipartUpload => {
  const uploadId = queryValue(call.request, 'uploadId') ?? '';
  const upload = bucketOf(call).uploads.get(uploadId);
  if (upload === undefined || upload.key !== keyOf(call)) throw noSuchUpload(uploadId);
  return upload;
};

/** CreateMultipartUpload */
export const createMultipartUpload: S3Operation = (call) => {
  const bucket = bucketOf(call);
  const { headers } = call.request;
  const upload: MultipartUpload = {
    uploadId: randomBytes(32).toString('base64url'),
    key: keyOf(call),
    initiated: call.state.now(),
    attributes: readAttributes(headers),
    checksum: readChecksum(headers),
    parts: new Map(),
  };
  bucket.uploads.set(upload.uploadId, upload);
  return {
    status: 200,
    headers: {
      'content-type': 'application/xml',
      ...encryptionHeaders(upload.attributes),
      'x-amz-checksum-algorithm': upload.checksum?.algorithm.toUpperCase(),
      'x-amz-checksum-type': upload.checksum?.type,
    },
    body: writeXml('InitiateMultipartUploadResult', {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.uploadId,
    }),
  };
};

// Source: "Checking object integrity", table of checksum types that each algorithm supports for multipart uploads.
const typesOf: Readonly<Record<ChecksumAlgorithm, readonly [ChecksumType, ...ChecksumType[]]>> = {
  crc32: ['COMPOSITE', 'FULL_OBJECT'],
  crc32c: ['COMPOSITE', 'FULL_OBJECT'],
  crc64nvme: ['FULL_OBJECT'],
  sha1: ['COMPOSITE'],
  sha256: ['COMPOSITE'],
};

const readChecksum = (headers: ReadonlyMap<string, string>): MultipartUpload['checksum'] => {
  const name = headers.get('x-amz-checksum-algorithm');
  const type = headers.get('x-amz-checksum-type');
  if (name === undefined) {
    if (type === undefined) return undefined;
    throw new S3Error(
      'InvalidRequest',
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  const algorithm = checksumAlgorithmOf(name);
  if (algorithm === undefined) {
    throw new S3Error(
      'InvalidRequest',
      'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
    );
  }
  const types = typesOf[algorithm];
  const chosen = type === undefined ? types[0] : types.find((candidate) => candidate === type);
  if (chosen === undefined) {
    throw new S3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    );
  }
  return { algorithm, type: chosen };
};

/** UploadPart */
export const uploadPart: S3Operation = async (call) => {
  const upload = uploadOf(call);
  const partNumber = partNumberOf(call);
  checkPartChecksum(upload, planBody(call).checksum?.algorithm);
  const received = await receiveBody(call, upload.checksum?.algorithm);
  const part: StoredPart = {
    partNumber,
    etag: etagOf(received.md5, upload.attributes),
    md5: received.md5,
    segment: received.segment,
    lastModified: wholeSeconds(call.state.now()),
    checksum: received.checksum,
  };
  await putPart(call, bucketOf(call), upload, part);
  return {
    status: 200,
    headers: {
      etag: `"${part.etag}"`,
      ...encryptionHeaders(upload.attributes),
      ...(part.checksum && {
        [`x-amz-checksum-${part.checksum.algorithm}`]: part.checksum.digest.toString('base64'),
      }),
    },
  };
};

/** The number of the part that a call names. */
export const partNumberOf = (call: S3Call): number => {
  if (queryValue(call.request, 'partNumber') === '') throw badPartNumber('');
  return queryInteger(call.request, 'partNumber', { least: 1, most: 10_000, otherwise: 0 });
};

/** Puts a part in its place. While its bytes came, the upload may have been completed or aborted. */
export const putPart = async (
  call: S3Call,
  bucket: Bucket,
  upload: MultipartUpload,
  part: StoredPart,
): Promise<void> => {
  const { blobs } = call.state;
  if (bucket.uploads.get(upload.uploadId) !== upload) {
    await blobs.release([part.segment]);
    throw noSuchUpload(upload.uploadId);
  }
  const earlier = upload.parts.get(part.partNumber);
  upload.parts.set(part.partNumber, part);
  if (earlier !== undefined) await blobs.release([earlier.segment]);
};

/** A part's checksum must be of the upload's algorithm; only that of a FULL_OBJECT may be left to the server. */
const checkPartChecksum = (upload: MultipartUpload, stated: ChecksumAlgorithm | undefined): void => {
  const wanted = upload.checksum;
  if (stated === wanted?.algorithm || (stated === undefined && wanted?.type === 'FULL_OBJECT')) return;
  throw new S3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${wanted?.algorithm ?? 'null'}, actual checksum Type: ${stated ?? 'null'}`,
  );
};

const badPartNumber = (text: string): S3Error =>
  new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', {
    elements: { ArgumentName: 'partNumber', ArgumentValue: text },
  });

/** AbortMultipartUpload */
export const abortMultipartUpload: S3Operation = async (call) => {
  const upload = uploadOf(call);
  bucketOf(call).uploads.delete(upload.uploadId);
  await call.state.blobs.release([...upload.parts.values()].map(({ segment }) => segment));
  return { status: 204 };
};
