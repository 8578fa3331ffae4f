import type { IncomingHttpHeaders } from 'node:http';
import {
  type Clock,
  fileUrlFor,
  keyOfFileUrl,
  MINUTE,
  type SignedRequest,
} from '@mesibo-files/handler-core/provider';
import { StoreFault } from '../format/codes.ts';
import { OWN_HEADERS } from '../format/metadata.ts';
import type { Settings } from '../options.ts';
import type { Keyring } from './keyring.ts';

/**
 * What a signed URL permits: `object`, one PUT of an object, or of an upload that waits; `session`, PUT and DELETE of a
 * session; `read`, GET and HEAD.
 */
type Permission = 'object' | 'session' | 'read';

/** The parts of a request that the signature covers. */
export interface Grant {
  readonly permission: Permission;
  readonly key: string;
  /** Id of the session, or null. */
  readonly session: string | null;
  /** Id of the upload that waits for its commit, whose bytes are sent or read; null for an object in its place. */
  readonly upload: string | null;
  /** Version of the object to read, or null for any. */
  readonly version: string | null;
  /** Headers of an object's PUT, names in lower case; none otherwise. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly issued: number;
  /** Milliseconds. */
  readonly life: number;
}

/** A request whose signature was found good. */
export type Granted = Omit<Grant, 'headers' | 'issued' | 'life'>;

/** Headers that change what is stored, besides ours. */
const SIGNED = new Set(['content-length', 'content-type', 'content-disposition']);

/** Names what is signed here, so that a signature made for anything else is none. */
const SCHEME = 'mesibo-files disk 2';

/** Every byte of the query is as we write it, so nothing can be added, repeated or put in another order. */
const QUERY =
  /^(id=([\w.-]{1,32})&issued=(\d{1,16})&life=(\d{1,12})(?:&session=([0-9a-f]{32}))?(?:&upload=([0-9a-f]{32}))?(?:&version=([0-9a-f]{16}))?)&signature=([\w-]{43})$/;

/** A URL that carries its own permission. */
export function signUrl(keyring: Keyring, storeUrl: string, grant: Grant): string {
  const { issued, life, session, upload, version, key } = grant;
  const query = [
    `id=${keyring.id}`,
    `issued=${issued}`,
    `life=${life}`,
    ...(session === null ? [] : [`session=${session}`]),
    ...(upload === null ? [] : [`upload=${upload}`]),
    ...(version === null ? [] : [`version=${version}`]),
  ].join('&');
  const text = textToSign(storeUrl, grant.permission, key, query, grant.headers);
  return `${fileUrlFor(storeUrl, key)}?${query}&signature=${keyring.sign(text)}`;
}

interface SignedRequestLine {
  readonly method: string;
  /** As it stands in the request: path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

/** Verifies a request. @throws StoreFault 403 for what was not signed as it is, 404 for another path, 405 for a method */
export function verifyUrl(
  keyring: Keyring,
  storeUrl: string,
  { method, target, headers }: SignedRequestLine,
  now: number,
): Granted {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const key = keyOfFileUrl(storeUrl, `${new URL(storeUrl).origin}${path}`);
  if (key === null) throw new StoreFault(404, 'NoSuchKey', 'This path is none of the store.');
  const found = QUERY.exec(mark < 0 ? '' : target.slice(mark + 1));
  if (found === null) throw new StoreFault(403, 'AccessDenied', 'The request is not signed.');
  const [, query = '', id = '', issued, life, session = null, upload = null, version = null, signature = ''] =
    found;
  const permission = permissionOf(method, session);
  if (!keyring.knows(id))
    throw new StoreFault(403, 'UnknownSecret', 'The request was signed by a secret that is not known.');
  const signed = permission === 'object' ? headers : {};
  if (!keyring.verify(id, textToSign(storeUrl, permission, key, query, signed), signature)) {
    throw new StoreFault(
      403,
      'SignatureDoesNotMatch',
      'The request is not as it was signed, or another secret signed it.',
    );
  }
  checkTime(Number(issued), Number(life), now);
  return { permission, key, session, upload, version };
}

function permissionOf(method: string, session: string | null): Permission {
  if (session !== null && (method === 'PUT' || method === 'DELETE')) return 'session';
  if (session === null && method === 'PUT') return 'object';
  if (session === null && (method === 'GET' || method === 'HEAD')) return 'read';
  throw new StoreFault(405, 'MethodNotAllowed', 'The request was not signed for this method.');
}

function textToSign(
  storeUrl: string,
  permission: Permission,
  key: string,
  query: string,
  headers: IncomingHttpHeaders,
): string {
  const lines = Object.entries(headers)
    .filter(([name, value]) => (SIGNED.has(name) || name.startsWith(OWN_HEADERS)) && value !== undefined)
    .map(([name, value]) => `${name}:${value}`);
  // As JSON, in which no value can end where another one begins.
  return JSON.stringify([SCHEME, permission, new URL(storeUrl).pathname, key, query, ...lines.sort()]);
}

function checkTime(issued: number, life: number, now: number): void {
  if (issued - now > MAX_SKEW) {
    throw new StoreFault(403, 'RequestTimeTooSkewed', 'The request was signed in the future.');
  }
  if (now > issued + life)
    throw new StoreFault(403, 'RequestExpired', 'The request was signed too long ago.');
}

/** A request that was signed further ahead than this is refused, in milliseconds: one of the clocks is wrong. */
const MAX_SKEW: number = 15 * MINUTE;

const METHOD = { object: 'PUT', session: 'PUT', read: 'GET' } as const;

/** What a signature is made with. */
interface Presigner {
  /** As exact as the store's own. */
  readonly clock: Pick<Clock, 'now'>;
  readonly keyring: Keyring;
  readonly settings: Pick<Settings, 'storeUrl' | 'timeToLive'>;
}

/** Signs a request, good from now on for as long as the options say. */
export function presign(
  { clock, keyring, settings }: Presigner,
  wanted: Omit<Grant, 'issued' | 'life'>,
): SignedRequest {
  const { timeToLive } = settings;
  const grant = { ...wanted, issued: Math.max(0, Math.round(clock.now())), life: timeToLive };
  return {
    method: METHOD[wanted.permission],
    url: signUrl(keyring, settings.storeUrl(), grant),
    headers: wanted.headers,
    timeToLive,
  };
}
