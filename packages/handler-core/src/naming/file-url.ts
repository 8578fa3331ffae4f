import { TransferError } from '../errors/transfer-error.ts';
import { MAX_KEY_BYTES } from './object-key.ts';
import { trimEnd } from './trim.ts';
import { utf8Length } from './truncate.ts';

/** Origin and path of a base URL, the path with no slash at its end. */
function readBase(baseUrl: string): { readonly origin: string; readonly path: string } {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch (cause) {
    throw new TransferError('invalid-url', 'The base URL is no URL.', { cause });
  }
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!plain || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new TransferError(
      'invalid-url',
      'The base URL must be http or https, with no user, query or fragment.',
    );
  }
  return { origin: url.origin, path: trimEnd(url.pathname, '/') };
}

function isKeySegment(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..' && !/[/\\\p{Cc}\p{Surrogate}]/u.test(segment);
}

/**
 * The durable URL of an object: the base URL, and the key with each segment percent-encoded.
 * @throws `invalid-url` for a base that is not http or https or has user, query or fragment
 * @throws `invalid-argument` for a key that no URL can carry: empty, `.` or `..` segments, controls, over 1,024 bytes
 */
export function fileUrlFor(baseUrl: string, key: string): string {
  const { origin, path } = readBase(baseUrl);
  const segments = key.split('/');
  if (!segments.every(isKeySegment) || utf8Length(key) > MAX_KEY_BYTES) {
    throw new TransferError('invalid-argument', 'This object key can not stand in a URL.');
  }
  return `${origin}${path}/${segments.map(encodeURIComponent).join('/')}`;
}

function decodeSegment(segment: string): string | null {
  try {
    const decoded = decodeURIComponent(segment);
    return isKeySegment(decoded) ? decoded : null;
  } catch {
    return null;
  }
}

/**
 * The object key in a durable URL under this base, or null for any other URL: another scheme, host, port or path, a
 * user, a query or fragment (as a signed URL has), and every path that another reader could take for a different one
 * (empty or dot segments, also percent-encoded; encoded slashes; broken escapes; anything but printable ASCII).
 * The host's case and a default port don't matter. Never throws for the URL.
 * @throws `invalid-url` for a bad base
 */
export function keyOfFileUrl(baseUrl: string, url: string): string | null {
  const base = readBase(baseUrl);
  // By hand: the URL class mends what must not be mended here (backslashes, dot segments, tabs).
  const found = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?(\/[!$-;=@-[\]-~]*)$/i.exec(url);
  const [, scheme = '', host = '', port = '', path = ''] = found ?? [];
  if (found === null || !URL.canParse(`${scheme}://${host}${port}`)) return null;
  if (new URL(`${scheme}://${host}${port}`).origin !== base.origin) return null;
  if (!path.startsWith(`${base.path}/`)) return null;
  const segments = path
    .slice(base.path.length + 1)
    .split('/')
    .map(decodeSegment);
  const key = segments.join('/');
  return segments.includes(null) || utf8Length(key) > MAX_KEY_BYTES ? null : key;
}
