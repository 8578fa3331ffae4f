import { compareUtf8, listPage } from '../../s3/operations/list-page.ts';
import { GcsError } from '../errors.ts';
import { queryInteger, queryValue } from '../parse-request.ts';
import type { JsonOperation } from './call.ts';
import { json, objectResource } from './resource.ts';

const readToken = (token: string | undefined): string => {
  const name = Buffer.from(token ?? '', 'base64').toString('utf8');
  if (Buffer.from(name).toString('base64') === (token ?? '')) return name;
  throw new GcsError('InvalidArgument', 'Invalid argument.', { elements: { Details: 'Invalid pageToken' } });
};

/** objects.list */
export const listObjects: JsonOperation = ({ state, request, bucketName }) => {
  const bucket = state.buckets.get(bucketName);
  const text = (name: string): string => queryValue(request, name) ?? '';
  const limit = queryInteger(request, 'maxResults', { least: 1, most: 2 ** 31 - 1, otherwise: 1000 });
  const [start, end] = [text('startOffset'), text('endOffset')];
  const sorted = [...bucket.objects.values()]
    .filter(({ name }) => compareUtf8(name, start) >= 0 && (end === '' || compareUtf8(name, end) < 0))
    .sort((a, b) => compareUtf8(a.name, b.name));
  const page = listPage(sorted, ({ name }) => name, {
    prefix: text('prefix'),
    delimiter: text('delimiter'),
    after: readToken(queryValue(request, 'pageToken')),
    limit: Math.min(limit, 1000),
  });
  return json(200, {
    kind: 'storage#objects',
    ...(page.items.length === 0
      ? {}
      : { items: page.items.map((object) => objectResource(object, request.baseUrl)) }),
    ...(page.commonPrefixes.length === 0 ? {} : { prefixes: page.commonPrefixes }),
    ...(page.truncated ? { nextPageToken: Buffer.from(page.last).toString('base64') } : {}),
  });
};
