import { cleanPrefix, fileUrlFor } from '@mesibo-files/handler-core';

/** Whether a bucket can have this name; custom stores allow more than Amazon. */
export function isBucketName(name: string, custom: boolean): boolean {
  if (typeof name !== 'string' || name.endsWith('--x-s3') || name.includes('..')) return false;
  return (
    custom ? /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/ : /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
  ).test(name);
}

/** Whether this can be the prefix of keys. */
export function isPrefix(prefix: string): boolean {
  try {
    cleanPrefix(prefix);
    return true;
  } catch {
    return false;
  }
}

/** Whether file URLs can be made under this URL. */
export function isBaseUrl(url: string | undefined): boolean {
  if (url === undefined) return true;
  try {
    fileUrlFor(url, 'key');
    return true;
  } catch {
    return false;
  }
}

/** Whether this is a whole number within these bounds. */
export function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

/** Whether this can be sent as a header's value as it stands. */
export function isHeaderValue(value: string | undefined): boolean {
  return value === undefined || /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value);
}
