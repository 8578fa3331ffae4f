import { TransferError } from '../errors/transfer-error.ts';
import { fileUrlFor, keyOfFileUrl } from '../naming/file-url.ts';
import { isPendingName } from './pending-key.ts';

/** Which file URLs are ours. */
export interface OwnKeys {
  /** Key prefix, with no slash at its ends; may be empty. */
  readonly prefix: string;
  /** Base URL of a CDN or a file server, or null. */
  readonly publicUrl: string | null;
  /** The key in one of the bucket's own URLs, or null. */
  readonly keyOfBucketUrl: (url: string) => string | null;
}

/**
 * The key of a file URL of ours (the CDN's or the bucket's, under our prefix), or null. What waits for its commit is no
 * file, and has no URL. Never throws.
 */
export function findOwnKey({ prefix, publicUrl, keyOfBucketUrl }: OwnKeys, url: string): string | null {
  if (typeof url !== 'string') return null;
  const key = (publicUrl === null ? null : keyOfFileUrl(publicUrl, url)) ?? keyOfBucketUrl(url);
  const ours = key !== null && (prefix === '' || key.startsWith(`${prefix}/`));
  return ours && !isPendingName(prefix, key) ? key : null;
}

/** Whether file URLs begin with this base URL, in whatever spelling. Never throws. */
export function leadsTo({ publicUrl }: Pick<OwnKeys, 'publicUrl'>, baseUrl: string): boolean {
  try {
    return publicUrl !== null && fileUrlFor(publicUrl, 'key') === fileUrlFor(baseUrl, 'key');
  } catch {
    return false;
  }
}

/** The key of a file URL of ours. @throws `foreign-url` */
export function ownKey(keys: OwnKeys, url: string): string {
  const key = findOwnKey(keys, url);
  if (key === null) throw new TransferError('foreign-url', 'This is no file URL of this bucket and prefix.');
  return key;
}
