import { isDeviceName } from './safe-file-name.ts';
import { trimBoth, trimEnd } from './trim.ts';
import { trueName } from './true-name.ts';

/** The most bytes of a slug. */
const MAX_SLUG_BYTES = 100;

const MARKS = /\p{M}+/gu;

function fold(text: string): string {
  const ascii = text
    .normalize('NFKD')
    .replace(MARKS, '')
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/[.-]+/g, (marks) => (marks.includes('.') ? '.' : marks));
  return trimBoth(ascii, '.-');
}

/**
 * What can be kept of a file's name in an object key: 1 to 100 of `a-z0-9._-`, for people who look into the bucket. No
 * leading dot, no `..`. Accents are folded, other scripts go, an ASCII extension stays, and a name with nothing left is
 * `file`. The true name travels beside the object, in Content-Disposition.
 */
export function slug(name: string): string {
  const full = trueName(name);
  const dot = full.lastIndexOf('.');
  const extension =
    dot > 0
      ? fold(full.slice(dot + 1))
          .replaceAll('.', '-')
          .slice(0, 16)
      : '';
  const ending = extension === '' ? '' : `.${extension}`;
  const folded = fold(dot > 0 ? full.slice(0, dot) : full);
  // Somebody may copy the bucket to Windows, where such a name is no file.
  const named = isDeviceName(folded) ? `_${folded}` : folded;
  const stem = trimEnd(named.slice(0, MAX_SLUG_BYTES - ending.length), '.-');
  return `${stem === '' ? 'file' : stem}${ending}`;
}
