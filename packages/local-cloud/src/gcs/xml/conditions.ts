import { cacheControlOf } from '../attributes.ts';
import { GcsError } from '../errors.ts';
import type { GcsObject } from '../store/types.ts';

type Headers = ReadonlyMap<string, string>;

const unquote = (etag: string): string =>
  etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');

const matches = (list: string, etag: string): boolean =>
  list.trim() === '*' || list.split(',').some((candidate) => unquote(candidate) === etag);

const date = (headers: Headers, name: string): number | undefined => {
  const time = Date.parse(headers.get(name) ?? '');
  return Number.isNaN(time) ? undefined : time;
};

const failed = (condition: string): GcsError =>
  new GcsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold.', {
    elements: { Details: condition },
  });

/** HTTP's own conditions of GET and HEAD: 412 or 304, in RFC 9110's order of precedence. */
export const checkReadConditions = (headers: Headers, object: GcsObject): void => {
  const changedAt = Math.floor(object.updatedAt / 1000) * 1000;
  const ifMatch = headers.get('if-match');
  const unmodified = date(headers, 'if-unmodified-since');
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) throw failed('If-Match');
  } else if (unmodified !== undefined && changedAt > unmodified) {
    throw failed('If-Unmodified-Since');
  }
  const ifNoneMatch = headers.get('if-none-match');
  const modified = date(headers, 'if-modified-since');
  const unchanged =
    ifNoneMatch === undefined
      ? modified !== undefined && changedAt <= modified
      : matches(ifNoneMatch, object.etag);
  if (!unchanged) return;
  throw new GcsError('NotModified', 'Not Modified', {
    headers: { etag: `"${object.etag}"`, 'cache-control': cacheControlOf(object) },
  });
};

/** Whether a Range header counts: always, unless If-Range names another version. */
export const rangeApplies = (headers: Headers, object: GcsObject): boolean => {
  const ifRange = headers.get('if-range');
  if (ifRange === undefined) return true;
  const time = /^(W\/)?"/.test(ifRange) ? Number.NaN : Date.parse(ifRange);
  if (Number.isNaN(time)) return !ifRange.startsWith('W/') && unquote(ifRange) === object.etag;
  return time === Math.floor(object.updatedAt / 1000) * 1000;
};

/** Whether an ETag a client wrote, quoted or not, is this one. */
export const sameEtag = (stated: string, etag: string): boolean => unquote(stated) === etag;
