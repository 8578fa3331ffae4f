import type { IncomingMessage } from 'node:http';
import { S3Error } from './errors.ts';
import { decodeUri, parseQuery } from './signature/uri-encoding.ts';
import type { S3Request } from './types.ts';

/** Most bytes of a key. Source: "Naming Amazon S3 objects". */
const maximumKeyBytes = 1024;

/** Reads bucket, key, query and headers; the bucket is in the host (`bucket.localhost`) or first in the path. */
export const parseRequest = (message: IncomingMessage, continueBody: () => void): S3Request => {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  if (!rawPath.startsWith('/')) throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  const headers = joinHeaders(message.rawHeaders);
  const { bucket, key } = locate(headers.get('host') ?? '', rawPath);
  return {
    method: message.method ?? 'GET',
    rawPath,
    query: mark < 0 ? [] : checkHeaderLike(parseQuery(url.slice(mark + 1))),
    headers,
    bucket,
    key,
    message,
    continueBody,
  };
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a header can't carry
const controls = /[\u0000-\u001f\u007f]/;

/** Parameters that become headers, of the object or of the answer, can't hold control characters. */
const checkHeaderLike = (query: S3Request['query']): S3Request['query'] => {
  const bad = query.find(([name, value]) => /^(x-amz-|response-)/i.test(name) && controls.test(value));
  if (bad === undefined) return query;
  throw new S3Error('InvalidArgument', 'A parameter holds characters that are not allowed', {
    elements: { ArgumentName: bad[0] },
  });
};

const joinHeaders = (raw: readonly string[]): Map<string, string> => {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return headers;
};

const locate = (host: string, rawPath: string): { bucket: string | undefined; key: string | undefined } => {
  const virtual = /^(.+)\.localhost(?::\d+)?$/i.exec(host)?.[1];
  if (virtual !== undefined) return { bucket: virtual, key: decodeKey(rawPath.slice(1)) };
  const slash = rawPath.indexOf('/', 1);
  const bucket = slash < 0 ? rawPath.slice(1) : rawPath.slice(1, slash);
  return {
    bucket: bucket === '' ? undefined : decodeUri(bucket),
    key: slash < 0 ? undefined : decodeKey(rawPath.slice(slash + 1)),
  };
};

const decodeKey = (raw: string): string | undefined => {
  if (raw === '') return undefined;
  const key = decodeUri(raw);
  const bytes = Buffer.byteLength(key);
  if (bytes > maximumKeyBytes) {
    throw new S3Error('KeyTooLongError', 'Your key is too long', {
      elements: { Size: String(bytes), MaxSizeAllowed: String(maximumKeyBytes) },
    });
  }
  return key;
};

/** Value of a query parameter, if it was sent. */
export const queryValue = (request: S3Request, name: string): string | undefined =>
  request.query.find(([other]) => other === name)?.[1];

/** A query parameter that is a whole number between two bounds. */
export const queryInteger = (
  request: S3Request,
  name: string,
  bounds: { readonly least: number; readonly most: number; readonly otherwise: number },
): number => {
  const text = queryValue(request, name);
  if (text === undefined || text === '') return bounds.otherwise;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= bounds.least && value <= bounds.most)) {
    throw new S3Error(
      'InvalidArgument',
      `Argument ${name} must be an integer between ${bounds.least} and ${bounds.most}`,
      { elements: { ArgumentName: name, ArgumentValue: text } },
    );
  }
  return value;
};
