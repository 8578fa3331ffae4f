import { keyOfFileUrl } from '@mesibo-files/handler-core';
import type { OwnKeys } from '@mesibo-files/handler-core/provider';
import type { Settings } from './settings.ts';
import { stagingFolder } from './staging.ts';

/** Which file URLs are ours: the CDN's and the container's. What is staged is no file yet, and has none. */
export function ownKeys({ prefix, publicUrl, baseUrl }: Settings): OwnKeys {
  return {
    prefix,
    publicUrl,
    keyOfBucketUrl: (url) => {
      const key = keyOfFileUrl(baseUrl, url);
      return key?.startsWith(stagingFolder(prefix)) ? null : key;
    },
  };
}
