import { truncateName } from './truncate.ts';

/**
 * The most bytes of UTF-8 of a file's name: a thousand characters of any script. It follows from what a store takes
 * in a header; see `contentDisposition`.
 */
export const MAX_NAME_BYTES = 4000;

/** Stands for a name that has nothing in it. */
const NAMELESS = 'file';

/** Controls, line separators, byte order marks, and the embeddings and overrides that show a name's letters in another order. */
const HARMFUL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * The name of a file without its folders, whether they are parted by `/` or `\`, in its own script.
 *
 * Control characters, line separators and bidirectional overrides are left out, lone surrogates become U+FFFD, names
 * over {@link MAX_NAME_BYTES} are shortened before the extension, and what is then empty, `.` or `..` becomes `file`.
 * Applied twice, it changes nothing more. It is good for headers and for show; a name to create a file under is
 * `safeFileName`.
 */
export function trueName(path: string): string {
  const segments = path.split(/[/\\]/);
  const last = segments.findLast((segment) => segment !== '') ?? '';
  const clean = last.replace(/\p{Surrogate}/gu, '\ufffd').replace(HARMFUL, '');
  if (clean === '' || clean === '.' || clean === '..') return NAMELESS;
  return truncateName(clean, MAX_NAME_BYTES);
}
