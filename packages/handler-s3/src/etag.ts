import { hexToBase64 } from './encoding.ts';

/** The MD5 that an ETag of one PUT or part is, in base64, or null where it is none. */
export function md5OfETag(etag: string | undefined): string | null {
  const hex = /^"?([0-9a-f]{32})"?$/i.exec(etag ?? '')?.[1];
  return hex === undefined ? null : hexToBase64(hex);
}

/** Whether a text is an MD5 in base64. */
export function isMd5(digest: string): boolean {
  return /^[A-Za-z0-9+/]{22}==$/.test(digest);
}

/** The MD5 of the parts' MD5s and their number, which the ETag of an object of parts is, or null where it is none. */
export function partsOfETag(
  etag: string | undefined,
): { readonly md5: string; readonly parts: number } | null {
  const [, hex, parts] = /^"?([0-9a-f]{32})-(\d{1,5})"?$/i.exec(etag ?? '') ?? [];
  return hex === undefined || parts === undefined ? null : { md5: hexToBase64(hex), parts: Number(parts) };
}

/** An ETag as If-Match wants it: quoted. Null for the empty one that Ceph 16 gives to a Complete. */
export function quotedETag(etag: string | undefined): string | null {
  const bare = (etag ?? '').replace(/^"|"$/g, '');
  return bare === '' ? null : `"${bare}"`;
}
