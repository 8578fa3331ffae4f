import { checksumHeaders, objectHeaders } from '../attributes.ts';
import { checkReadConditions, rangeApplies } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { queryInteger, queryValue } from '../parse-request.ts';
import { type ByteRange, parseRange } from '../range.ts';
import { objectOf } from '../store/objects.ts';
import type { StoredObject } from '../store/types.ts';
import type { S3Call, S3Operation, S3Request } from '../types.ts';

const overridable = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];

/** GetObject and HeadObject; the server leaves the body of the latter out. */
export const getObject: S3Operation = (call) => {
  const { request } = call;
  const object = objectOf(call);
  checkReadConditions(request.headers, object);
  const range = partRange(request, object) ?? headerRange(request, object);
  const { first, last } = range ?? { first: 0, last: object.size - 1 };
  const wantsChecksum = request.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...objectHeaders(object),
      ...overrides(call),
      'content-length': String(last - first + 1),
      'content-range': range === undefined ? undefined : `bytes ${first}-${last}/${object.size}`,
      'x-amz-mp-parts-count':
        queryValue(request, 'partNumber') === undefined ? undefined : String(object.partCount ?? 1),
      // The checksum is that of all bytes, so it says nothing of a range.
      ...(wantsChecksum && range === undefined ? checksumHeaders(object.checksum) : {}),
    },
    body: { object, first, last },
  };
};

const headerRange = (request: S3Request, object: StoredObject): ByteRange | undefined =>
  rangeApplies(request.headers, object) ? parseRange(request.headers.get('range'), object.size) : undefined;

const partRange = (request: S3Request, object: StoredObject): ByteRange | undefined => {
  if (queryValue(request, 'partNumber') === undefined) return undefined;
  if (request.headers.has('range')) {
    throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  }
  const partNumber = queryInteger(request, 'partNumber', { least: 1, most: 10_000, otherwise: 1 });
  const segment = object.segments[partNumber - 1];
  if (segment === undefined) {
    throw new S3Error('InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      elements: { ActualPartCount: String(object.partCount ?? 1), PartNumberRequested: String(partNumber) },
    });
  }
  if (segment.size === 0) return undefined;
  const first = object.segments.slice(0, partNumber - 1).reduce((sum, { size }) => sum + size, 0);
  return { first, last: first + segment.size - 1 };
};

const overrides = (call: S3Call): Record<string, string> => {
  const { request, authentication } = call;
  const asked = overridable
    .map((name) => [name, queryValue(request, `response-${name}`)] as const)
    .filter((entry): entry is readonly [string, string] => entry[1] !== undefined);
  if (asked.length > 0 && authentication.accessKeyId === undefined) {
    throw new S3Error(
      'InvalidRequest',
      'Request specific response headers cannot be used for anonymous GET requests.',
    );
  }
  return Object.fromEntries(asked);
};
