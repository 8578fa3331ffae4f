import { FILESOURCE } from '../contract/constants.ts';
import { isHeaderValue } from './option-checks.ts';
import type { CommonTicketFacts } from './ticket-facts.ts';

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

/** The Cache-Control of a new object, or null for none. No cache keeps a protected file, whatever the options say. */
export function cacheControlFor(
  value: CacheControl | null,
  { source, secure }: Pick<CommonTicketFacts, 'source' | 'secure'>,
): string | null {
  if (secure) return 'private, no-store';
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
