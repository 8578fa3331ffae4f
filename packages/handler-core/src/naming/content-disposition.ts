import { toBase64Url } from '../digest/base64.ts';
import { isActiveType, parseMediaType } from './media-type.ts';
import { slug } from './slug.ts';
import { trueName } from './true-name.ts';
import { truncateName } from './truncate.ts';

/**
 * Raster images that a browser may show in place. Audio and video may too. Everything else is downloaded: HTML, SVG and
 * XML can run script in the bucket's origin, PDF can run script and is a favourite of phishers, and text was taken for
 * HTML by older browsers.
 */
const SHOWN_IMAGES = new Set(['jpeg', 'png', 'gif', 'webp', 'avif', 'bmp', 'heic', 'heif']);

/** Whether a browser may show this type in place rather than download it. Parameters and case don't matter. */
export function isShownInline(contentType: string): boolean {
  const parsed = parseMediaType(contentType);
  if (parsed === null || isActiveType(contentType)) return false;
  const { type, subtype } = parsed;
  return type === 'image' ? SHOWN_IMAGES.has(subtype) : type === 'audio' || type === 'video';
}

/** What every parser reads alike within quotes. */
const PLAIN =
  /^[A-Za-z0-9!#$&'()+,.=@[\]^_`{}~-](?:[A-Za-z0-9 !#$&'()+,.=@[\]^_`{}~-]*[A-Za-z0-9!#$&'()+,.=@[\]^_`{}~-])?$/;

/** The longest percent-encoded name that is sent so; 255 bytes, the most of common file systems, make 765. */
const MAX_ENCODED = 3072;

/** Bytes of the shortened name beside one in base64. */
const SHORT_NAME_BYTES = 150;

function percentEncode(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * The Content-Disposition under which a file is stored, so that it comes out with its true name (RFC 6266, RFC 8187).
 * ASCII only, on one line, at most 6,144 bytes.
 *
 * - A plain ASCII name stands in `filename="…"` alone; any other in `filename*=UTF-8''…` with an ASCII fallback.
 * - A name of more than 3,072 bytes so encoded (1,000 Chinese characters would make 9,000) is shortened there, and
 *   stands in full in a parameter of our own, `name64`, in base64url; RFC 6266 lets others ignore it. Why: Amazon
 *   refuses a request with more than 8,192 bytes of headers (`RequestHeaderSectionTooLarge`), and user metadata, where
 *   a name could be kept too, takes 2 KB only.
 *
 * The name goes through `trueName` first.
 */
export function contentDisposition(name: string, contentType: string): string {
  const kind = isShownInline(contentType) ? 'inline' : 'attachment';
  const full = trueName(name);
  if (PLAIN.test(full)) return `${kind}; filename="${full}"`;
  const fallback = `${kind}; filename="${slug(full)}"`;
  const encoded = percentEncode(full);
  if (encoded.length <= MAX_ENCODED) return `${fallback}; filename*=UTF-8''${encoded}`;
  const short = percentEncode(truncateName(full, SHORT_NAME_BYTES));
  return `${fallback}; filename*=UTF-8''${short}; name64=${toBase64Url(new TextEncoder().encode(full))}`;
}

/** The longest percent-encoded name in an answer: with all other headers it stays under 4 kB. */
const MAX_ANSWERED = 1800;

/**
 * The same for an answer to a download. A proxy takes 4 kB for all headers of one (nginx by default), and shows its user an
 * error for more. A long name is shortened before its extension; no file system takes more than 255 bytes of it.
 */
export function answeredDisposition(name: string, contentType: string): string {
  const full = trueName(name);
  const fits = percentEncode(full).length <= MAX_ANSWERED;
  return contentDisposition(fits ? full : truncateName(full, MAX_ANSWERED / 3), contentType);
}
