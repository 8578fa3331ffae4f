import { keyOfFileUrl, trimEnd } from '@mesibo-files/handler-core/provider';
import type { Settings } from '../options.ts';
import { accessPointOf } from './access-point.ts';

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

/** Domains of Amazon's partitions: the public one, China, the European Sovereign Cloud, and the four isolated ones. */
const DOMAINS: readonly string[] = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
];

/** Amazon's spellings of an S3 host before the domain; dual-stack, FIPS and accelerated ones too. */
const HOST = /^s3(?:-fips|-accelerate)?(?:\.dualstack)?(?:[.-][a-z0-9-]+)?$/;

/** The same of an access point's host, after its name. */
const ACCESS_POINT_HOST = /^s3-accesspoint(?:-fips)?(?:\.dualstack)?\.([a-z0-9-]+)$/;

/**
 * The key in one of the bucket's own URLs (not `publicUrl`'s), or null.
 *
 * @param known - the address that the SDK has worked out, or null where it was not asked yet
 */
export function keyOfBucketUrl(settings: Settings, url: string, known: string | null): string | null {
  const base =
    settings.endpoint === null ? amazonBase(settings.bucket, url) : customBase(settings, settings.endpoint);
  const key = base === null ? null : keyOfFileUrl(base, url);
  return key ?? (known === null ? null : keyOfFileUrl(known, url));
}

function amazonBase(bucket: string, url: string): string | null {
  const [scheme, empty, host = '', first] = url.split('/', 4);
  // The path follows the host, and in the second spelling the bucket.
  if (scheme !== 'https:' || empty !== '' || first === undefined) return null;
  const point = accessPointOf(bucket);
  if (point !== null) {
    const rest = host.startsWith(`${point.label}.`) ? beforeDomain(host.slice(point.label.length + 1)) : '';
    return ACCESS_POINT_HOST.exec(rest)?.[1] === point.region ? `https://${host}` : null;
  }
  if (host.startsWith(`${bucket}.`) && isAmazon(host.slice(bucket.length + 1))) return `https://${host}`;
  const base = `https://${host}/${bucket}`;
  return isAmazon(host) && url.startsWith(`${base}/`) ? base : null;
}

function isAmazon(host: string): boolean {
  return HOST.test(beforeDomain(host));
}

/** What stands before the domain of one of Amazon's partitions; empty where none follows. */
function beforeDomain(host: string): string {
  const domain = DOMAINS.find((each) => host.endsWith(`.${each}`));
  return domain === undefined ? '' : host.slice(0, -domain.length - 1);
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

/** An object as the source of a copy: an access point is named by its ARN. */
export function copySource(bucket: string, name: string): string {
  return accessPointOf(bucket) === null
    ? `${bucket}/${escapeKey(name)}`
    : `${escapeUri(bucket)}/object/${escapeKey(name)}`;
}

/** An object key as a path: every segment escaped, slashes kept. */
export function escapeKey(key: string): string {
  return key.split('/').map(escapeUri).join('/');
}
