import { TransferError } from '@mesibo-files/handler-core';
import type { ReadPlan } from '@mesibo-files/handler-core/provider';
import fresh from 'fresh';
import parseRange from 'range-parser';
import type { FileRequest } from './file-request.ts';

/** The first and the last byte wanted. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Which bytes a request is after: all, some, none because its copy is good, or none because there are none such. */
export type Wanted =
  | { readonly what: 'all' }
  | { readonly what: 'range'; readonly range: ByteRange }
  | { readonly what: 'unchanged' }
  | { readonly what: 'unsatisfiable' };

/** The version as an ETag (RFC 9110), or null. */
export function etagOf({ version }: Pick<ReadPlan, 'version'>): string | null {
  if (version === null) return null;
  return /^"[^"]*"$/.test(version) ? version : `"${version.replaceAll('"', '')}"`;
}

/**
 * Judges a request's conditions and its range (RFC 9110, 13 and 14). Several ranges at once are answered with the whole
 * file, as the RFC allows.
 * @throws `object-changed` when If-Match does not hold
 */
export function wantedOf(
  { header, method }: FileRequest,
  plan: Pick<ReadPlan, 'version' | 'size' | 'ranges'>,
): Wanted {
  const etag = etagOf(plan);
  const match = header('if-match');
  if (match !== null && match.trim() !== '*' && !tags(match).includes(etag ?? '')) {
    throw new TransferError('object-changed', 'The file is no longer the version that was asked for.');
  }
  // Cache-Control is not looked at: browsers send no-cache along with conditions of a page's own, and are told the truth.
  const noneMatch = header('if-none-match') ?? undefined;
  if (fresh({ 'if-none-match': noneMatch }, { etag: etag ?? undefined })) return { what: 'unchanged' };
  const text = header('range');
  const condition = header('if-range');
  const holds = condition === null || (etag !== null && condition.trim() === etag);
  if (text === null || method === 'HEAD' || !plan.ranges || !holds) return { what: 'all' };
  return rangeOf(plan.size, text);
}

function tags(list: string): string[] {
  return list.split(',').map((tag) => tag.trim());
}

function rangeOf(size: number, text: string): Wanted {
  const ranges = parseRange(size, text);
  if (ranges === -1) return { what: 'unsatisfiable' };
  const [only, more] = ranges === -2 || ranges.type !== 'bytes' ? [] : ranges;
  if (only === undefined || more !== undefined) return { what: 'all' };
  return { what: 'range', range: { first: only.start, last: only.end } };
}
