import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { toBase64Url } from '../digest/base64.ts';
import { fileUrlFor, keyOfFileUrl } from '../naming/file-url.ts';
import { Refusal } from './backend.ts';

/** What a signed URL of the memory store permits. */
export interface Grant {
  /** `*` for a session's URL, which is good for sending and for asking. */
  readonly method: 'GET' | 'PUT' | '*';
  readonly key: string;
  /** Further parameters, as in `part` and `upload`. */
  readonly query: Readonly<Record<string, string>>;
  /** Every header that must come along, as it is. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, by the signer's clock. */
  readonly issuedAt: number;
  /** Milliseconds. */
  readonly timeToLive: number;
}

/** A request as the store sees it, its signature verified. */
export interface Granted {
  readonly key: string;
  readonly query: URLSearchParams;
}

/** Headers that change what is stored, and so must not come unsigned. */
const SENSITIVE = /^(?:x-memory-.*|content-type|content-disposition|if-match|if-none-match)$/;

/** An issue time further ahead than this is refused, in milliseconds. As at Amazon S3. */
const MAX_SKEW = 15 * 60 * 1000;

function textToSign(
  method: string,
  url: string,
  query: URLSearchParams,
  header: (name: string) => string,
): string {
  const parameters = [...query]
    .filter(([name]) => name !== 'signature')
    .map(([name, value]) => `${name}=${value}`);
  const names = (query.get('signed') ?? '').split(';').filter((name) => name !== '');
  return [method, url, ...parameters.sort(), ...names.map((name) => `${name}:${header(name)}`)].join('\n');
}

/** HMAC-SHA-256 of a text, in base64url. */
export function seal(secret: Uint8Array, text: string): string {
  return toBase64Url(hmac(sha256, secret, new TextEncoder().encode(text)));
}

/** A URL that carries its own permission. */
export function signUrl(secret: Uint8Array, baseUrl: string, grant: Grant): string {
  const url = fileUrlFor(baseUrl, grant.key);
  const query = new URLSearchParams({
    ...grant.query,
    issued: String(grant.issuedAt),
    lifetime: String(grant.timeToLive),
    signed: Object.keys(grant.headers).sort().join(';'),
  });
  query.set(
    'signature',
    seal(
      secret,
      textToSign(grant.method, url, query, (name) => grant.headers[name] ?? ''),
    ),
  );
  return `${url}?${query}`;
}

/**
 * Verifies a request as strictly as a store does.
 * @throws Refusal 403 for a bad or missing signature, an unsigned header that matters, an expired or future URL; 404 for another bucket
 */
export function verifyUrl(
  secret: Uint8Array,
  baseUrl: string,
  request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  },
  now: number,
): Granted {
  const [url = '', search = ''] = request.url.split('?', 2);
  const key = keyOfFileUrl(baseUrl, url);
  if (key === null) throw new Refusal(404, 'NoSuchBucket');
  const query = new URLSearchParams(search);
  const signed = (query.get('signed') ?? '').split(';');
  const session = query.has('session');
  if (!query.has('signature')) throw new Refusal(403, 'AccessDenied');
  const method = session ? '*' : request.method === 'HEAD' ? 'GET' : request.method;
  const header = (name: string): string => request.headers[name] ?? '';
  if (query.get('signature') !== seal(secret, textToSign(method, url, query, header))) {
    throw new Refusal(403, 'SignatureDoesNotMatch');
  }
  for (const name of Object.keys(request.headers)) {
    const owned = session && name === 'x-memory-digest';
    if (SENSITIVE.test(name) && !signed.includes(name) && !owned) throw new Refusal(403, 'HeaderNotSigned');
  }
  const issued = Number(query.get('issued'));
  if (issued - now > MAX_SKEW) throw new Refusal(403, 'RequestTimeTooSkewed');
  if (now > issued + Number(query.get('lifetime'))) throw new Refusal(403, 'ExpiredRequest');
  return { key, query };
}
