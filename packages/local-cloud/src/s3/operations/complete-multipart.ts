import { createHash } from 'node:crypto';
import { checksumElement, checksumElements, encryptionHeaders } from '../attributes.ts';
import { readDocument } from '../body/read-body.ts';
import { checkWriteConditions, sameEtag } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { queryValue } from '../parse-request.ts';
import { bucketOf, etagOf, keyOf, storeObject, wholeSeconds } from '../store/objects.ts';
import type { MultipartUpload, StoredObject, StoredPart } from '../store/types.ts';
import type { S3Call, S3Operation, S3Response } from '../types.ts';
import { childText, type ParsedElement, readXml, requiredText, writeXml } from '../xml.ts';
import { completeChecksum, type ListedPart } from './complete-checksum.ts';
import { noSuchUpload, uploadOf } from './multipart.ts';

/** CompleteMultipartUpload; the same request again gets the same answer. */
export const completeMultipartUpload: S3Operation = async (call) => {
  const bucket = bucketOf(call);
  const uploadId = queryValue(call.request, 'uploadId') ?? '';
  const listed = listParts(await readDocument(call, 'object'));
  const manifest = listed
    .map(({ partNumber, etag }) => `${partNumber} ${etag.replaceAll('"', '')}`)
    .join('\n');
  const earlier = bucket.completed.get(uploadId);
  if (earlier !== undefined) {
    if (earlier.key !== keyOf(call) || earlier.manifest !== manifest) throw noSuchUpload(uploadId);
    return answer(call, earlier.object);
  }
  const upload = uploadOf(call);
  const parts = chosenParts(call, upload, listed);
  const size = parts.reduce((sum, { segment }) => sum + segment.size, 0);
  checkSize(call, size);
  checkWriteConditions(call.request.headers, bucket.objects.get(upload.key));
  const checksum = await completeChecksum(call, upload, parts, listed);
  if (bucket.uploads.get(uploadId) !== upload) throw noSuchUpload(uploadId);
  const segments = parts.map(({ segment }) => segment);
  const md5 = createHash('md5')
    .update(Buffer.concat(parts.map((part) => part.md5)))
    .digest();
  const object: StoredObject = {
    key: upload.key,
    size,
    etag: `${etagOf(md5, upload.attributes)}-${parts.length}`,
    lastModified: wholeSeconds(call.state.now()),
    attributes: upload.attributes,
    checksum,
    segments,
    partCount: parts.length,
  };
  call.state.blobs.retain(segments);
  await storeObject(call, object, () => {
    bucket.uploads.delete(uploadId);
    bucket.completed.set(uploadId, { key: upload.key, manifest, object });
  });
  await call.state.blobs.release([...upload.parts.values()].map(({ segment }) => segment));
  return answer(call, object);
};

const listParts = (document: string): ListedPart[] => {
  const root = readXml(document, 'CompleteMultipartUpload');
  const parts = (root.children.get('Part') ?? []).map((part) => ({
    partNumber: Number(requiredText(part, 'PartNumber')),
    etag: requiredText(part, 'ETag'),
    checksums: partChecksums(part),
  }));
  if (
    parts.length === 0 ||
    parts.length > 10_000 ||
    parts.some(({ partNumber }) => !Number.isInteger(partNumber))
  ) {
    throw new S3Error(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  return parts;
};

const partChecksums = (part: ParsedElement): Map<string, string> =>
  new Map(
    checksumElements
      .map(([element, algorithm]) => [algorithm, childText(part, element)] as const)
      .filter((entry): entry is readonly [(typeof entry)[0], string] => entry[1] !== undefined),
  );

const chosenParts = (call: S3Call, upload: MultipartUpload, listed: readonly ListedPart[]): StoredPart[] => {
  const { minimumPartBytes } = call.state;
  let previous = 0;
  for (const { partNumber } of listed) {
    if (partNumber <= previous) {
      throw new S3Error(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        { elements: { UploadId: upload.uploadId } },
      );
    }
    previous = partNumber;
  }
  const parts = listed.map(({ partNumber, etag }) => {
    const part = upload.parts.get(partNumber);
    if (part !== undefined && sameEtag(etag, part.etag)) return part;
    throw new S3Error(
      'InvalidPart',
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      {
        elements: {
          UploadId: upload.uploadId,
          PartNumber: String(partNumber),
          ETag: etag.replaceAll('"', ''),
        },
      },
    );
  });
  const small = parts.slice(0, -1).find(({ segment }) => segment.size < minimumPartBytes);
  if (small === undefined) return parts;
  throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    elements: {
      ProposedSize: String(small.segment.size),
      MinSizeAllowed: String(minimumPartBytes),
      PartNumber: String(small.partNumber),
      ETag: small.etag,
    },
  });
};

const checkSize = (call: S3Call, size: number): void => {
  const stated = call.request.headers.get('x-amz-mp-object-size');
  if (stated === undefined || Number(stated) === size) return;
  throw new S3Error(
    'InvalidRequest',
    `The provided 'x-amz-mp-object-size' header value ${stated} does not match what was computed: ${size}`,
  );
};

const answer = (call: S3Call, object: StoredObject): S3Response => {
  const { request } = call;
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...encryptionHeaders(object.attributes) },
    body: writeXml('CompleteMultipartUploadResult', {
      Location: `${'encrypted' in request.message.socket ? 'https' : 'http'}://${request.headers.get('host') ?? ''}${request.rawPath}`,
      Bucket: request.bucket,
      Key: object.key,
      ETag: `"${object.etag}"`,
      ...checksumElement(object.checksum),
      ChecksumType: object.checksum?.type,
    }),
  };
};
