import { keyOfFileUrl, trimEnd } from '@mesibo-files/handler-core/provider';
import type { Settings } from '../options.ts';

/** Where requests about the bucket go. */
export interface BucketLocation {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number | undefined;
  /** Path before an object's key, with no slash at its end; escaped. */
  readonly path: string;
  readonly region: string;
  /** Origin and path: the base of the bucket's own file URLs. */
  readonly baseUrl: string;
}

/** Amazon's spellings of a regional S3 host, in all partitions; dual-stack, FIPS and accelerated ones too. */
const AMAZON = /^s3(?:-fips|-accelerate)?(?:\.dualstack)?(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/;

/** The key in one of the bucket's own URLs (not `publicUrl`'s), or null. */
export function keyOfBucketUrl(settings: Settings, url: string): string | null {
  const base =
    settings.endpoint === null ? amazonBase(settings.bucket, url) : customBase(settings, settings.endpoint);
  return base === null ? null : keyOfFileUrl(base, url);
}

function amazonBase(bucket: string, url: string): string | null {
  const [scheme, empty, host = '', first] = url.split('/', 4);
  // The path follows the host, and in the second spelling the bucket.
  if (scheme !== 'https:' || empty !== '' || first === undefined) return null;
  if (host.startsWith(`${bucket}.`) && AMAZON.test(host.slice(bucket.length + 1))) return `https://${host}`;
  const base = `https://${host}/${bucket}`;
  return AMAZON.test(host) && url.startsWith(`${base}/`) ? base : null;
}

function customBase({ bucket, forcePathStyle }: Settings, endpoint: string): string {
  const url = new URL(endpoint);
  const path = trimEnd(url.pathname, '/');
  return forcePathStyle ? `${url.origin}${path}/${bucket}` : `${url.protocol}//${bucket}.${url.host}${path}`;
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
