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

/** ListObjectsV2 */
export const listObjects: S3Operation = (call) => {
  const { request } = call;
  if (queryValue(request, 'list-type') !== '2') {
    throw new S3Error('NotImplemented', 'local-cloud implements ListObjectsV2 only');
  }
  const bucket = bucketOf(call);
  const token = queryValue(request, 'continuation-token');
  const prefix = queryValue(request, 'prefix') ?? '';
  const delimiter = queryValue(request, 'delimiter') ?? '';
  const startAfter = queryValue(request, 'start-after');
  const maxKeys = queryInteger(request, 'max-keys', { least: 0, most: 2_147_483_647, otherwise: 1000 });
  const sorted = [...bucket.objects.values()].sort((a, b) => compareUtf8(a.key, b.key));
  const page = listPage(sorted, ({ key }) => key, {
    prefix,
    delimiter,
    after: readToken(token) ?? startAfter ?? '',
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
      EncodingType: type,
      KeyCount: page.items.length + page.commonPrefixes.length,
      MaxKeys: maxKeys,
      IsTruncated: page.truncated,
      ContinuationToken: token,
      NextContinuationToken: page.truncated ? Buffer.from(page.last).toString('base64url') : undefined,
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
