import { StoreFault } from './codes.ts';

/** A chunk's place, as its Content-Range states it. */
export interface ContentRange {
  /** Offset of its first byte, or null where it has no bytes: a question, or the end. */
  readonly first: number | null;
  /** Offset behind its last byte; 0 with no bytes. */
  readonly end: number;
  /** Bytes of the file, or null while they are not known. */
  readonly total: number | null;
}

/** @throws StoreFault 400 for what makes no sense */
export function readContentRange(header: string | undefined): ContentRange {
  const [whole, from, to, of] =
    /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(?:(\d{1,15})|\*)$/.exec(header ?? '') ?? [];
  if (whole === undefined) throw new StoreFault(400, 'InvalidRequest', 'The Content-Range makes no sense.');
  const total = of === undefined ? null : Number(of);
  if (from === undefined) return { first: null, end: 0, total };
  const [first, end] = [Number(from), Number(to) + 1];
  if (first >= end || (total !== null && end > total)) {
    throw new StoreFault(400, 'InvalidRequest', 'The Content-Range makes no sense.');
  }
  return { first, end, total };
}

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

/** Whether an entity tag is in the list of an If-Match or If-None-Match header; `*` means any. Weak tags are compared by their text. */
export function isListed(header: string, tag: string): boolean {
  return header
    .split(',')
    .map((each) => each.trim())
    .some((each) => each === '*' || each.replace(/^W\//, '') === tag);
}
