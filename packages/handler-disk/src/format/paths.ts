import { join } from 'node:path';
import { MAX_KEY_BYTES } from '@mesibo-files/handler-core/provider';

/** `<prefix>/<source>/<yyyy>/<mm>/<32 hex digits>/<slug>`, in characters that are the same in every file system. */
const LAYOUT =
  /^(?:[\w.~=@-]{1,200}\/){0,64}-?\d{1,16}\/\d{4,6}\/\d{2}\/[0-9a-f]{32}\/[a-z0-9_-](?:[a-z0-9._-]{0,98}[a-z0-9_-])?$/;

/** Where an object is on disk. */
export interface ObjectPath {
  /** The folder that holds the object of this key and nothing else. */
  readonly folder: string;
  /** The folders above it, from the first under the root. */
  readonly above: readonly string[];
  /** Name of the file with its bytes. */
  readonly name: string;
}

/**
 * The place of an object, or null for what is no key of this store. Every key that our signer makes is one; all else
 * (dots, backslashes, controls, other layouts) has no path at all, so there is nothing to escape with.
 */
export function objectPath(root: string, key: string): ObjectPath | null {
  if (key.length > MAX_KEY_BYTES || !LAYOUT.test(key)) return null;
  const segments = key.split('/');
  if (segments.some((segment) => segment === '.' || segment === '..')) return null;
  const name = String(segments.pop());
  const folder = join(root, ...segments);
  const above = segments.slice(0, -1).map((_, index) => join(root, ...segments.slice(0, index + 1)));
  return { folder, above, name };
}
