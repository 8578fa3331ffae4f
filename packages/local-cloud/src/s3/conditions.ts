import { S3Error } from './errors.ts';
import type { StoredObject } from './store/types.ts';

type Headers = ReadonlyMap<string, string>;

const unquote = (etag: string): string =>
  etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');

const matches = (list: string, etag: string): boolean =>
  list.trim() === '*' || list.split(',').some((candidate) => unquote(candidate) === etag);

const failed = (condition: string): S3Error =>
  new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    elements: { Condition: condition },
  });

const date = (headers: Headers, name: string): number | undefined => {
  const time = Date.parse(headers.get(name) ?? '');
  return Number.isNaN(time) ? undefined : time;
};

/** Conditions of GET and HEAD: 412 or 304, in RFC 9110's order of precedence. */
export const checkReadConditions = (headers: Headers, object: StoredObject): void => {
  const ifMatch = headers.get('if-match');
  const unmodified = date(headers, 'if-unmodified-since');
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) throw failed('If-Match');
  } else if (unmodified !== undefined && object.lastModified > unmodified) {
    throw failed('If-Unmodified-Since');
  }
  const ifNoneMatch = headers.get('if-none-match');
  const modified = date(headers, 'if-modified-since');
  const unchanged =
    ifNoneMatch === undefined
      ? modified !== undefined && object.lastModified <= modified
      : matches(ifNoneMatch, object.etag);
  if (unchanged) {
    throw new S3Error('NotModified', 'Not Modified', {
      headers: { etag: `"${object.etag}"`, 'last-modified': new Date(object.lastModified).toUTCString() },
    });
  }
};

/** Whether a Range header counts: always, unless If-Range names another version. */
export const rangeApplies = (headers: Headers, object: StoredObject): boolean => {
  const ifRange = headers.get('if-range');
  if (ifRange === undefined) return true;
  const time = /^(W\/)?"/.test(ifRange) ? Number.NaN : Date.parse(ifRange);
  // A weak tag never proves that bytes are the same.
  if (Number.isNaN(time)) return !ifRange.startsWith('W/') && unquote(ifRange) === object.etag;
  return time === object.lastModified;
};

/**
 * Conditions of PutObject and CompleteMultipartUpload, against what is there at that moment.
 * Source: "How to prevent object overwrites with conditional writes".
 */
export const checkWriteConditions = (headers: Headers, existing: StoredObject | undefined): void => {
  const ifNoneMatch = headers.get('if-none-match');
  const ifMatch = headers.get('if-match');
  if ((ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*') || (ifNoneMatch && ifMatch)) {
    throw new S3Error(
      'NotImplemented',
      'A header you provided implies functionality that is not implemented',
      {
        elements: { Header: 'If-None-Match' },
      },
    );
  }
  if (ifNoneMatch !== undefined && existing !== undefined) throw failed('If-None-Match');
  if (ifMatch === undefined) return;
  if (existing === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  if (!matches(ifMatch, existing.etag)) throw failed('If-Match');
};

/** Condition of DeleteObject. Source: "How to perform conditional deletes". */
export const checkDeleteCondition = (headers: Headers, existing: StoredObject | undefined): void => {
  const ifMatch = headers.get('if-match');
  if (ifMatch === undefined) return;
  if (existing === undefined) {
    if (ifMatch.trim() === '*') return;
    throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  }
  if (!matches(ifMatch, existing.etag)) throw failed('If-Match');
};

/** Whether an ETag a client wrote, quoted or not, is this one. */
export const sameEtag = (stated: string, etag: string): boolean => unquote(stated) === etag;
