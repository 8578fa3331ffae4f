import { keyOfFileUrl } from '@mesibo-files/handler-core';
import { findOwnKey, type OwnKeys, ownKey } from '@mesibo-files/handler-core/provider';
import type { Settings } from './settings.ts';
import { stagingFolder } from './staging.ts';

/** The key of one of our own URLs: the CDN's or the container's, under our prefix. @throws `foreign-url` */
export function keyOf(settings: Settings, url: string): string {
  return ownKey(ownKeys(settings), url);
}

/** Whether this is a file URL of ours. Never throws. */
export function owns(settings: Settings, url: string): boolean {
  return findOwnKey(ownKeys(settings), url) !== null;
}

/** What is staged is no file yet, and has no URL. */
function ownKeys({ prefix, publicUrl, baseUrl }: Settings): OwnKeys {
  return {
    prefix,
    publicUrl,
    keyOfBucketUrl: (url) => {
      const key = keyOfFileUrl(baseUrl, url);
      return key?.startsWith(stagingFolder(prefix)) ? null : key;
    },
  };
}
