/** A longer header is no Retry-After. */
const LONGEST = 64;

/**
 * Reads a Retry-After header, as seconds or as an HTTP date (RFC 9110, 10.2.3).
 *
 * @param header - the header's value; anything but a text counts as none
 * @param now - the device's clock, in milliseconds since 1970, for a date. Default: now
 * @returns milliseconds to wait, at least 0, or null where the header says nothing
 */
export function retryAfterOf(header: unknown, now: number = Date.now()): number | null {
  if (typeof header !== 'string' || header.length > LONGEST) return null;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse takes many a thing for a date; every form of an HTTP date begins with the name of the day.
  const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
