import { checksumElement } from '../attributes.ts';
import { queryInteger, queryValue } from '../parse-request.ts';
import { bucketOf } from '../store/objects.ts';
import type { S3Operation } from '../types.ts';
import { writeXml } from '../xml.ts';
import { nameEncoder } from './list-objects.ts';
import { compareUtf8, listPage } from './list-page.ts';
import { uploadOf } from './multipart.ts';

const mostPerPage = 1000;
const owner = { ID: 'local-cloud', DisplayName: 'local-cloud' };

/** ListParts; pages of at most 1,000. */
export const listParts: S3Operation = (call) => {
  const { request } = call;
  const upload = uploadOf(call);
  const maxParts = queryInteger(request, 'max-parts', {
    least: 0,
    most: 2_147_483_647,
    otherwise: mostPerPage,
  });
  const marker = queryInteger(request, 'part-number-marker', { least: 0, most: 2_147_483_647, otherwise: 0 });
  const limit = Math.min(maxParts, mostPerPage);
  const following = [...upload.parts.values()]
    .filter(({ partNumber }) => partNumber > marker)
    .sort((a, b) => a.partNumber - b.partNumber);
  const page = following.slice(0, limit);
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: writeXml('ListPartsResult', {
      Bucket: request.bucket,
      Key: upload.key,
      UploadId: upload.uploadId,
      Initiator: owner,
      Owner: owner,
      StorageClass: upload.attributes.storageClass ?? 'STANDARD',
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
      MaxParts: limit,
      IsTruncated: limit > 0 && following.length > page.length,
      ChecksumAlgorithm: upload.checksum?.algorithm.toUpperCase(),
      ChecksumType: upload.checksum?.type,
      Part: page.map((part) => ({
        PartNumber: part.partNumber,
        LastModified: new Date(part.lastModified).toISOString(),
        ETag: `"${part.etag}"`,
        Size: part.segment.size,
        ...checksumElement(
          part.checksum && {
            algorithm: part.checksum.algorithm,
            value: part.checksum.digest.toString('base64'),
          },
        ),
      })),
    }),
  };
};

/** ListMultipartUploads; by key, then by time of initiation. */
export const listMultipartUploads: S3Operation = (call) => {
  const { request } = call;
  const bucket = bucketOf(call);
  const prefix = queryValue(request, 'prefix') ?? '';
  const delimiter = queryValue(request, 'delimiter') ?? '';
  const keyMarker = queryValue(request, 'key-marker') ?? '';
  const uploadIdMarker = keyMarker === '' ? '' : (queryValue(request, 'upload-id-marker') ?? '');
  const limit = queryInteger(request, 'max-uploads', { least: 1, most: mostPerPage, otherwise: mostPerPage });
  const sorted = [...bucket.uploads.values()].sort(
    (a, b) => compareUtf8(a.key, b.key) || a.initiated - b.initiated || compareUtf8(a.uploadId, b.uploadId),
  );
  const marked = uploadIdMarker === '' ? -1 : sorted.findIndex(({ uploadId }) => uploadId === uploadIdMarker);
  // With an upload id the page goes on inside the marked key; without one it starts after that key.
  const page = listPage(marked < 0 ? sorted : sorted.slice(marked + 1), ({ key }) => key, {
    prefix,
    delimiter,
    after: marked < 0 ? keyMarker : '',
    limit,
  });
  const { encode, type } = nameEncoder(call);
  const last = page.items.at(-1);
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: writeXml('ListMultipartUploadsResult', {
      Bucket: bucket.name,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: uploadIdMarker,
      NextKeyMarker: page.truncated ? encode(page.last) : undefined,
      NextUploadIdMarker: page.truncated && last?.key === page.last ? last.uploadId : undefined,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: type,
      MaxUploads: limit,
      IsTruncated: page.truncated,
      Upload: page.items.map((upload) => ({
        Key: encode(upload.key),
        UploadId: upload.uploadId,
        Initiator: owner,
        Owner: owner,
        StorageClass: upload.attributes.storageClass ?? 'STANDARD',
        Initiated: new Date(upload.initiated).toISOString(),
        ChecksumAlgorithm: upload.checksum?.algorithm.toUpperCase(),
        ChecksumType: upload.checksum?.type,
      })),
      CommonPrefixes: page.commonPrefixes.map((name) => ({ Prefix: encode(name) })),
    }),
  };
};
