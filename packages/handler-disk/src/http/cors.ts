import type { IncomingMessage } from 'node:http';
import { CODE_HEADER, OFFSET_HEADER, STORED_HEADER } from '../answers.ts';
import type { Answer } from './answer.ts';

const EXPOSED = [
  'accept-ranges',
  'content-disposition',
  'content-length',
  'content-range',
  'date',
  'etag',
  'retry-after',
  CODE_HEADER,
  OFFSET_HEADER,
  STORED_HEADER,
];

/**
 * Any web page may send what was signed for it: the URL is the permission, and a browser adds none of its own (no cookie
 * is looked at).
 */
export const CORS_HEADERS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': EXPOSED.join(', '),
  'cross-origin-resource-policy': 'cross-origin',
};

/** The answer to a browser that asks first. */
export function preflight(request: IncomingMessage): Answer {
  const wanted = request.headers['access-control-request-headers'] ?? '';
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, HEAD, PUT, DELETE',
      ...(/^[\w!#$&^.+*'`|~ ,-]{1,4096}$/.test(wanted) ? { 'access-control-allow-headers': wanted } : {}),
      'access-control-max-age': '7200',
      vary: 'access-control-request-headers',
    },
  };
}
