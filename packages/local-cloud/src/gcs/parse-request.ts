import type { IncomingMessage } from 'node:http';
import { parseQuery } from '../s3/signature/uri-encoding.ts';
import { GcsError } from './errors.ts';
import type { GcsRequest } from './types.ts';

/** Reads path, query and headers; what they mean depends on the API that is called. */
export const parseRequest = (message: IncomingMessage, continueBody: () => void): GcsRequest => {
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  if (!rawPath.startsWith('/')) throw new GcsError('InvalidURI', "Couldn't parse the specified URI.");
  const headers = joinHeaders(message.rawHeaders);
  const host = headers.get('host') ?? '';
  return {
    method: message.method ?? 'GET',
    rawPath,
    query: mark < 0 ? [] : parseQuery(url.slice(mark + 1)),
    headers,
    baseUrl: `${'encrypted' in message.socket ? 'https' : 'http'}://${host}`,
    hostBucket: /^(.+)\.localhost(?::\d+)?$/i.exec(host)?.[1],
    message,
    continueBody,
  };
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

/** Value of a query parameter, if it was sent. */
export const queryValue = (request: GcsRequest, name: string): string | undefined =>
  request.query.find(([other]) => other === name)?.[1];

/** A query parameter that is a whole number between two bounds. */
export const queryInteger = (
  request: GcsRequest,
  name: string,
  bounds: { readonly least: number; readonly most: number; readonly otherwise: number },
): number => {
  const text = queryValue(request, name);
  if (text === undefined || text === '') return bounds.otherwise;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= bounds.least && value <= bounds.most) return value;
  throw new GcsError('InvalidArgument', 'Invalid argument.', {
    elements: { Details: `${name} must be an integer between ${bounds.least} and ${bounds.most}` },
  });
};

/** Text that a header carries as UTF-8 bytes. */
export const headerText = (value: string): string => Buffer.from(value, 'latin1').toString('utf8');
