/** Base64 of the bytes that stand in hexadecimal. */
export function hexToBase64(hex: string): string {
  return btoa(
    (hex.match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join(''),
  );
}

/** The lower-case hexadecimal of bytes that stand in base64. */
export function base64ToHex(base64: string): string {
  return Array.from(atob(base64), (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join(
    '',
  );
}

/** Percent-encodes all but unreserved characters, as signature version 4 wants it. */
export function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** An object key as a path: every segment escaped, slashes kept. */
export function escapeKey(key: string): string {
  return key.split('/').map(escapeUri).join('/');
}
