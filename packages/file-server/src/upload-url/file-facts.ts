import { contentTypeOf, parseMediaType, trueName } from '@mesibo-files/handler-core/provider';
import type { FilePart } from './file-part.ts';

/** Said by libraries that know nothing of the file. */
const UNKNOWN_TYPES: ReadonlySet<string> = new Set([
  '',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'text/plain',
  'image/*',
  'video/*',
  'audio/*',
]);

/** A file's name with no folder, and its type: as stated where that says something, else by the name's extension. */
export function fileFacts(part: Pick<FilePart, 'name' | 'contentType'>): {
  readonly name: string;
  readonly contentType: string;
} {
  const name = trueName(part.name);
  const stated = parseMediaType(part.contentType);
  const essence = stated === null ? '' : `${stated.type}/${stated.subtype}`;
  return { name, contentType: UNKNOWN_TYPES.has(essence) ? contentTypeOf(name) : essence };
}
