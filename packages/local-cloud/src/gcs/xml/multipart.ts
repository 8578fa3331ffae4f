import { randomBytes } from 'node:crypto';
import { writeXml } from '../../s3/xml.ts';
import { readAttributes } from '../attributes.ts';
import { statedHashes } from '../body/hashes.ts';
import { readLengthRange } from '../body/length-range.ts';
import { contentLength, receiveBody } from '../body/receive.ts';
import { GcsError } from '../errors.ts';
import { queryInteger, queryValue } from '../parse-request.ts';
import type { MultipartUpload, StoredPart } from '../store/types.ts';
import type { GcsRequest } from '../types.ts';
import type { XmlCall, XmlOperation } from './call.ts';

// Source: "XML API multipart uploads" and its reference pages.

/** The answer to an upload id that isn't, or is no more. */
export const noSuchUpload = (): GcsError =>
  new GcsError('NoSuchUpload', 'The requested upload was not found.');

/** The upload a call names. */
export const uploadOf = (call: XmlCall): MultipartUpload => {
  const upload = call.bucket.uploads.get(queryValue(call.request, 'uploadId') ?? '');
  if (upload === undefined || upload.name !== call.name) throw noSuchUpload();
  return upload;
};

/** Multipart uploads know no preconditions; one that is sent would be lost, so it is refused. */
export const refusePreconditions = (request: GcsRequest): void => {
  const condition = [...request.headers.keys()].find((name) => name.startsWith('x-goog-if-'));
  if (condition === undefined) return;
  throw new GcsError('InvalidArgument', 'Invalid argument.', {
    elements: { ParameterName: condition, Details: 'Preconditions are not supported in multipart uploads.' },
  });
};

/** POST ?uploads */
export const initiateMultipartUpload: XmlOperation = ({ state, request, bucket, name }) => {
  refusePreconditions(request);
  const upload: MultipartUpload = {
    uploadId: randomBytes(48).toString('base64url'),
    name,
    initiatedAt: state.now(),
    attributes: readAttributes(request.headers, bucket.storageClass),
    parts: new Map(),
  };
  bucket.uploads.set(upload.uploadId, upload);
  return {
    status: 200,
    headers: { 'content-type': 'application/xml; charset=UTF-8' },
    body: writeXml('InitiateMultipartUploadResult', {
      Bucket: bucket.name,
      Key: name,
      UploadId: upload.uploadId,
    }),
  };
};

/** PUT ?partNumber&uploadId */
export const uploadPart: XmlOperation = async (call) => {
  const { state, request, bucket } = call;
  const upload = uploadOf(call);
  refusePreconditions(request);
  const partNumber = queryInteger(request, 'partNumber', { least: 1, most: 10_000, otherwise: 0 });
  if (partNumber === 0) {
    throw new GcsError('InvalidArgument', 'Invalid argument.', {
      elements: { Details: 'partNumber must be an integer between 1 and 10000' },
    });
  }
  const plan = {
    length: contentLength(request),
    range: readLengthRange(request.headers),
    stated: statedHashes(request.headers),
  };
  request.continueBody();
  const { segment, hashes } = await receiveBody(state, request.message, plan);
  const part: StoredPart = {
    partNumber,
    etag: Buffer.from(hashes.md5, 'base64').toString('hex'),
    crc32c: hashes.crc32c,
    segment,
    updatedAt: state.now(),
  };
  // While the bytes came in, the upload may have been completed or aborted.
  if (bucket.uploads.get(upload.uploadId) !== upload) {
    await state.blobs.release([segment]);
    throw noSuchUpload();
  }
  const earlier = upload.parts.get(partNumber);
  upload.parts.set(partNumber, part);
  if (earlier !== undefined) await state.blobs.release([earlier.segment]);
  return {
    status: 200,
    headers: { etag: `"${part.etag}"`, 'x-goog-hash': [`crc32c=${hashes.crc32c}`, `md5=${hashes.md5}`] },
  };
};

/** DELETE ?uploadId */
export const abortMultipartUpload: XmlOperation = async (call) => {
  const upload = uploadOf(call);
  call.bucket.uploads.delete(upload.uploadId);
  await call.state.blobs.release([...upload.parts.values()].map(({ segment }) => segment));
  return { status: 204 };
};
