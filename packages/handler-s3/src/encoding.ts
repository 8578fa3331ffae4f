import type { RandomPort } from '@mesibo-files/handler-core';

/** The Web Crypto API's chance, which Node and browsers have. */
export const webRandom: RandomPort = {
  fraction: () => Math.random(),
  bytes: (count) => globalThis.crypto.getRandomValues(new Uint8Array(count)),
};

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

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

/** Text as base64 of its UTF-8, in the alphabet of URLs. */
export function encodeText(text: string): string {
  return toBase64(new TextEncoder().encode(text))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** The text that {@link encodeText} encoded, or null when it is none. */
export function decodeText(encoded: string): string | null {
  if (!/^[A-Za-z0-9_-]+$/.test(encoded)) return null;
  try {
    const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
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
