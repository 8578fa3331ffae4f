import { keyOfFileUrl } from '@mesibo-files/handler-core/provider';

/** Where requests about the bucket go. */
export interface BucketLocation {
  readonly bucket: string;
  /** Scheme, host and port. */
  readonly endpoint: string;
  /** Endpoint and bucket: the base of the bucket's own file URLs. */
  readonly baseUrl: string;
}

/** Google's own endpoint, and that of another universe. */
const CLOUD = /^https:\/\/storage\.[a-z0-9.-]+$/;

/** The client knows its endpoint: by its options, or by the environment. */
export function locate(apiEndpoint: string, bucket: string): BucketLocation {
  const endpoint = new URL(apiEndpoint).origin;
  return { bucket, endpoint, baseUrl: `${endpoint}/${bucket}` };
}

/** The key in one of the bucket's own URLs (not `publicUrl`'s), or null: by path, or at Google's by host. */
export function keyOfBucketUrl({ bucket, endpoint, baseUrl }: BucketLocation, url: string): string | null {
  const key = keyOfFileUrl(baseUrl, url);
  if (key !== null || !CLOUD.test(endpoint)) return key;
  return keyOfFileUrl(`https://${bucket}.${endpoint.slice('https://'.length)}`, url);
}

/** URL of an object or, with no key, of the bucket in the XML API. A parameter of no value is a subresource. */
export function xmlUrl(location: BucketLocation, key: string | null, query: Record<string, string>): string {
  const path = key === null ? '' : `/${key.split('/').map(encodeURIComponent).join('/')}`;
  const pairs = Object.entries(query).map(([name, value]) =>
    value === '' ? name : `${name}=${encodeURIComponent(value)}`,
  );
  return `${location.baseUrl}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

/** URL of the bucket in the JSON API. */
export function bucketUrl({ bucket, endpoint }: BucketLocation): string {
  return `${endpoint}/storage/v1/b/${bucket}`;
}

/** URL of an object in the JSON API. */
export function jsonUrl(location: BucketLocation, key: string): string {
  return `${bucketUrl(location)}/o/${encodeURIComponent(key)}`;
}

/** Whether this can be the URI of a session that was opened for this object: it is called with what the ticket says. */
export function isSessionUri({ bucket, endpoint }: BucketLocation, uri: string, key: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { origin, pathname, searchParams, username, password } = new URL(uri);
  if (origin !== endpoint || username !== '' || password !== '') return false;
  // fake-gcs-server names no object in it.
  if (!CLOUD.test(endpoint) && /^\/upload\/resumable\/[\w-]+$/.test(pathname)) return true;
  if (!searchParams.get('upload_id')) return false;
  try {
    return decodeURIComponent(pathname) === `/${bucket}/${key}`;
  } catch {
    return false;
  }
}
