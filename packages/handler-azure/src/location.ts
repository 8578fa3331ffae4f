import { keyOfFileUrl, type OwnKeys } from '@mesibo-files/handler-core/provider';
import type { Settings } from './settings.ts';

/** Which file URLs are ours: the CDN's and the container's. */
export function ownKeys({ prefix, publicUrl, baseUrl }: Settings): OwnKeys {
  return { prefix, publicUrl, keyOfBucketUrl: (url) => keyOfFileUrl(baseUrl, url) };
}
