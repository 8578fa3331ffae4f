import { S3Error } from '../errors.ts';
import { queryInteger, queryValue } from '../parse-request.ts';
import { encodeUri } from '../signature/uri-encoding.ts';
import { bucketOf } from '../store/objects.ts';
import type { S3Call, S3Operation } from '../types.ts';
import { writeXml } from '../xml.ts';
import { compareUtf8, listPage } from './list-page.ts';

/** Encodes names when the client asks for `encoding-type=url`. */
export const nameEncoder = (call: S3Call): { encode: (name: string) => string; type: string | undefined } => {
  const type = queryValue(call.request, 'encoding-type');
  if (type === undefined) return { encode: (name) => name, type };
  if (type !== 'url') {
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request', {
      elements: { ArgumentName: 'encoding-type', ArgumentValue: type },
    });
  }
  return { encode: (name) => name.split('/').map(encodeUri).join('/'), type };
};

const readToken = (token: string | undefined): string | undefined => {
  if (token === undefined) return undefined;
  const name = Buffer.from(token, 'base64url').toString('utf8');
  if (token !== '' && Buffer.from(name).toString('base64url') === token) return name;
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
    elements: { ArgumentName: 'continuation-token' },
  });
};

/** ListObjectsV2, and without `list-type=2` ListObjects, which goes on by a marker. */
export const listObjects: S3Operation = (call) => {
  const { request } = call;
  const second = queryValue(request, 'list-type') === '2';
  const bucket = bucketOf(call);
  const marker = second ? undefined : (queryValue(request, 'marker') ?? '');
  const token = second ? queryValue(request, 'continuation-token') : undefined;
  const prefix = queryValue(request, 'prefix') ?? '';
  const delimiter = queryValue(request, 'delimiter') ?? '';
  const startAfter = second ? queryValue(request, 'start-after') : undefined;
  const maxKeys = queryInteger(request, 'max-keys', { least: 0, most: 2_147_483_647, otherwise: 1000 });
  const sorted = [...bucket.objects.values()].sort((a, b) => compareUtf8(a.key, b.key));
  const page = listPage(sorted, ({ key }) => key, {
    prefix,
    delimiter,
    after: marker ?? readToken(token) ?? startAfter ?? '',
    limit: Math.min(maxKeys, 1000),
  });
  const { encode, type } = nameEncoder(call);
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', 'x-amz-bucket-region': call.state.region },
    body: writeXml('ListBucketResult', {
      Name: bucket.name,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      StartAfter: startAfter === undefined ? undefined : encode(startAfter),
      Marker: marker === undefined ? undefined : encode(marker),
      // ListObjects tells it only where names are grouped; else the last key is the next marker.
      NextMarker: !second && page.truncated && delimiter !== '' ? encode(page.last) : undefined,
      EncodingType: type,
      KeyCount: second ? page.items.length + page.commonPrefixes.length : undefined,
      MaxKeys: maxKeys,
      IsTruncated: page.truncated,
      ContinuationToken: token,
      NextContinuationToken:
        second && page.truncated ? Buffer.from(page.last).toString('base64url') : undefined,
      Contents: page.items.map((object) => ({
        Key: encode(object.key),
        LastModified: new Date(object.lastModified).toISOString(),
        ETag: `"${object.etag}"`,
        ChecksumAlgorithm: object.checksum?.algorithm.toUpperCase(),
        ChecksumType: object.checksum?.type,
        Size: object.size,
        StorageClass: object.attributes.storageClass ?? 'STANDARD',
      })),
      CommonPrefixes: page.commonPrefixes.map((name) => ({ Prefix: encode(name) })),
    }),
  };
};
