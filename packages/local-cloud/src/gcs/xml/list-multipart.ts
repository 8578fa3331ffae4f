import { compareUtf8, listPage } from '../../s3/operations/list-page.ts';
import { encodeUri } from '../../s3/signature/uri-encoding.ts';
import { writeXml } from '../../s3/xml.ts';
import { queryInteger, queryValue } from '../parse-request.ts';
import type { GcsResponse } from '../types.ts';
import type { XmlOperation } from './call.ts';
import { uploadOf } from './multipart.ts';

const mostPerPage = 1000;

const xml = (root: string, content: Parameters<typeof writeXml>[1]): GcsResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml; charset=UTF-8' },
  body: writeXml(root, content),
});

/** GET ?uploadId; pages of at most 1,000. Source: "List parts uploaded for a multipart upload", XML API reference. */
export const listParts: XmlOperation = (call) => {
  const { request, bucket } = call;
  const upload = uploadOf(call);
  const asked = queryInteger(request, 'max-parts', { least: 0, most: 2 ** 31 - 1, otherwise: mostPerPage });
  const marker = queryInteger(request, 'part-number-marker', { least: 0, most: 2 ** 31 - 1, otherwise: 0 });
  const limit = Math.min(asked, mostPerPage);
  const following = [...upload.parts.values()]
    .filter(({ partNumber }) => partNumber > marker)
    .sort((a, b) => a.partNumber - b.partNumber);
  const page = following.slice(0, limit);
  return xml('ListPartsResult', {
    Bucket: bucket.name,
    Key: upload.name,
    UploadId: upload.uploadId,
    StorageClass: upload.attributes.storageClass,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.partNumber ?? marker,
    MaxParts: limit,
    IsTruncated: limit > 0 && following.length > page.length,
    Part: page.map((part) => ({
      PartNumber: part.partNumber,
      LastModified: new Date(part.updatedAt).toISOString(),
      ETag: `"${part.etag}"`,
      Size: part.segment.size,
    })),
  });
};

/** GET ?uploads of a bucket. Source: "List multipart uploads", XML API reference. */
export const listMultipartUploads: XmlOperation = ({ request, bucket }) => {
  const text = (name: string): string => queryValue(request, name) ?? '';
  const keyMarker = text('key-marker');
  const uploadIdMarker = keyMarker === '' ? '' : text('upload-id-marker');
  const limit = queryInteger(request, 'max-uploads', { least: 1, most: mostPerPage, otherwise: mostPerPage });
  const encode = (name: string): string =>
    text('encoding-type') === 'url' ? name.split('/').map(encodeUri).join('/') : name;
  const sorted = [...bucket.uploads.values()].sort(
    (a, b) =>
      compareUtf8(a.name, b.name) || a.initiatedAt - b.initiatedAt || compareUtf8(a.uploadId, b.uploadId),
  );
  const marked = uploadIdMarker === '' ? -1 : sorted.findIndex(({ uploadId }) => uploadId === uploadIdMarker);
  // With an upload id the page goes on inside the marked name; without one it starts after that name.
  const page = listPage(marked < 0 ? sorted : sorted.slice(marked + 1), ({ name }) => name, {
    prefix: text('prefix'),
    delimiter: text('delimiter'),
    after: marked < 0 ? keyMarker : '',
    limit,
  });
  const last = page.items.at(-1);
  return xml('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: uploadIdMarker,
    NextKeyMarker: page.truncated ? encode(page.last) : undefined,
    NextUploadIdMarker: page.truncated && last?.name === page.last ? last.uploadId : undefined,
    Prefix: encode(text('prefix')),
    Delimiter: text('delimiter') === '' ? undefined : encode(text('delimiter')),
    MaxUploads: limit,
    IsTruncated: page.truncated,
    Upload: page.items.map((upload) => ({
      Key: encode(upload.name),
      UploadId: upload.uploadId,
      StorageClass: upload.attributes.storageClass,
      Initiated: new Date(upload.initiatedAt).toISOString(),
    })),
    CommonPrefixes: page.commonPrefixes.map((name) => ({ Prefix: encode(name) })),
  });
};
