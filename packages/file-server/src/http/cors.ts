import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

/** What a page may read of an answer, beside the few headers that it always may. */
const EXPOSED_HEADERS: readonly string[] = [
  'accept-ranges',
  'content-disposition',
  'content-length',
  'content-range',
  'etag',
  'retry-after',
  'x-request-id',
];

/** What a page may send. */
const SENT_HEADERS = [
  'authorization',
  'content-type',
  'if-match',
  'if-none-match',
  'if-range',
  'range',
  'x-request-id',
];

/** How long a browser remembers what it may, in seconds. */
const REMEMBERED = 3600;

/** What Access-Control-Allow-Origin says to a page of this origin; null: nothing, and its browser keeps the answer from it. */
export function allowedOrigin(origins: readonly string[], origin: string): string | null {
  if (origins.includes('*')) return '*';
  return origins.includes(origin) ? origin : null;
}

/** What an answer says to the page that asked, as {@link corsFor} has it, where Node's own streams are answered with. */
export function pageHeaders(origins: readonly string[], origin: string | null): Record<string, string> {
  const allowed = origin === null ? null : allowedOrigin(origins, origin);
  if (allowed === null) return {};
  return {
    'access-control-allow-origin': allowed,
    'access-control-expose-headers': EXPOSED_HEADERS.join(', '),
    vary: 'Origin',
  };
}

/** Lets pages of these origins call. No cookie is sent along: a page shows its token. */
export function corsFor(origins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: (origin) => allowedOrigin(origins, origin),
    allowMethods: ['GET', 'HEAD', 'POST', 'DELETE'],
    allowHeaders: SENT_HEADERS,
    exposeHeaders: [...EXPOSED_HEADERS],
    maxAge: REMEMBERED,
  });
}
