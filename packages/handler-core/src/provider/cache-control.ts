import { FILESOURCE } from '../contract/constants.ts';
import { isHeaderValue } from './option-checks.ts';

/** Cache-Control of new objects by what they belong to. What is left out gets none. */
export interface CacheControlBySource {
  /** Files of messages (`FILESOURCE.MESSAGE`). */
  readonly message?: string;
  /** Pictures of users and groups (`PROFILE`, `GROUPPROFILE`). */
  readonly profile?: string;
  /** Thumbnails (`THUMBNAIL`). */
  readonly thumbnail?: string;
  /** All else. */
  readonly other?: string;
}

/** One Cache-Control for all new objects, or one for each kind. */
export type CacheControl = string | CacheControlBySource;

const KINDS: readonly (keyof CacheControlBySource)[] = ['message', 'profile', 'thumbnail', 'other'];

/** Whether each value can stand in a header, and each name is known. */
export function isCacheControl(value: CacheControl | undefined): boolean {
  if (typeof value !== 'object') return isHeaderValue(value);
  return Object.entries(value).every(
    ([kind, text]) => KINDS.some((known) => known === kind) && isHeaderValue(text),
  );
}

/** The Cache-Control of an object of this source, or null for none. */
export function cacheControlFor(value: CacheControl | null, source: number): string | null {
  if (typeof value !== 'object' || value === null) return value;
  return value[kindOf(source)] ?? null;
}

function kindOf(source: number): keyof CacheControlBySource {
  switch (source) {
    case FILESOURCE.MESSAGE:
      return 'message';
    case FILESOURCE.PROFILE:
    case FILESOURCE.GROUPPROFILE:
      return 'profile';
    case FILESOURCE.THUMBNAIL:
      return 'thumbnail';
    default:
      return 'other';
  }
}
