import { createHash } from 'node:crypto';
import { childText, readXml, requiredText, writeXml } from '../../s3/xml.ts';
import { hashHeader } from '../attributes.ts';
import { combineCrc32c } from '../body/combine-crc32c.ts';
import { readDocument } from '../body/receive.ts';
import { GcsError } from '../errors.ts';
import { storeObject } from '../store/objects.ts';
import { unconditional } from '../store/preconditions.ts';
import type { MultipartUpload, StoredPart } from '../store/types.ts';
import type { XmlCall, XmlOperation } from './call.ts';
import { sameEtag } from './conditions.ts';
import { noSuchUpload, refusePreconditions, uploadOf } from './multipart.ts';

interface ListedPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** POST ?uploadId; overwrites what is there. Source: "Complete a multipart upload", XML API reference. */
export const completeMultipartUpload: XmlOperation = async (call) => {
  const { state, request, bucket, name } = call;
  refusePreconditions(request);
  const upload = uploadOf(call);
  const parts = chosenParts(call, upload, listedParts(await readDocument(request)));
  // While the list came in, the upload may have been completed or aborted.
  if (!bucket.uploads.delete(upload.uploadId)) throw noSuchUpload();
  const segments = parts.map(({ segment }) => segment);
  state.blobs.retain(segments);
  await state.blobs.release([...upload.parts.values()].map(({ segment }) => segment));
  const md5s = createHash('md5').update(Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex'))));
  const object = await storeObject(
    state,
    {
      bucket,
      name,
      hashes: {
        crc32c: combineCrc32c(parts.map(({ crc32c, segment }) => ({ crc32c, size: segment.size }))),
        md5: undefined,
      },
      attributes: upload.attributes,
      segments,
      etag: `${md5s.digest('hex')}-${parts.length}`,
    },
    unconditional,
  );
  return {
    status: 200,
    headers: {
      'content-type': 'application/xml; charset=UTF-8',
      'x-goog-generation': String(object.generation),
      'x-goog-metageneration': '1',
      'x-goog-hash': hashHeader(object),
    },
    body: writeXml('CompleteMultipartUploadResult', {
      Location: `${request.baseUrl}${request.rawPath}`,
      Bucket: bucket.name,
      Key: name,
      ETag: `"${object.etag}"`,
    }),
  };
};

const listedParts = (document: string): ListedPart[] => {
  const root = readXml(document, 'CompleteMultipartUpload');
  const parts = (root.children.get('Part') ?? []).map((part) => ({
    partNumber: Number(requiredText(part, 'PartNumber')),
    etag: childText(part, 'ETag') ?? '',
  }));
  if (parts.length > 0 && parts.length <= 10_000 && parts.every(({ partNumber }) => partNumber > 0))
    return parts;
  throw new GcsError('MalformedXML', 'The XML you provided was not well-formed or did not validate.');
};

const chosenParts = (call: XmlCall, upload: MultipartUpload, listed: readonly ListedPart[]): StoredPart[] => {
  if (listed.some(({ partNumber }, index) => partNumber <= (listed[index - 1]?.partNumber ?? 0))) {
    throw new GcsError('InvalidPartOrder', 'The list of parts was not in ascending order.');
  }
  const parts = listed.map(({ partNumber, etag }) => {
    const part = upload.parts.get(partNumber);
    if (part !== undefined && sameEtag(etag, part.etag)) return part;
    throw new GcsError('InvalidPart', 'One or more of the specified parts could not be found.', {
      elements: { Details: `PartNumber ${partNumber}` },
    });
  });
  const { minimumPartBytes } = call.state;
  const small = parts.slice(0, -1).find(({ segment }) => segment.size < minimumPartBytes);
  if (small === undefined) return parts;
  throw new GcsError(
    'EntityTooSmall',
    'Your proposed upload is smaller than the minimum allowed object size.',
    {
      elements: {
        Details: `Part ${small.partNumber} has ${small.segment.size} of at least ${minimumPartBytes} bytes`,
      },
    },
  );
};
