/** First byte and end (not included) of what is asked for. */
export interface ByteRange {
  readonly first: number;
  readonly end: number;
}

/**
 * Reads a Range header: one range of bytes. Null for none, and for what is not understood, which HTTP says to ignore.
 * `unsatisfiable` for one that begins behind the end.
 */
export function readRange(header: string | undefined, size: number): ByteRange | null | 'unsatisfiable' {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (found === null) return null;
  const [, from = '', to = ''] = found;
  if (from === '' && to === '') return null;
  if (from === '')
    return Number(to) === 0 || size === 0
      ? 'unsatisfiable'
      : { first: Math.max(0, size - Number(to)), end: size };
  const first = Number(from);
  if (to !== '' && Number(to) < first) return null;
  if (first >= size) return 'unsatisfiable';
  return { first, end: to === '' ? size : Math.min(size, Number(to) + 1) };
}
