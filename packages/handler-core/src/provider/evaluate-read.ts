/** Bytes of a file: the offset of the first, and the offset behind the last. */
export interface ByteRange {
  readonly first: number;
  readonly end: number;
}

/** A GET or HEAD request, as its conditions see it. */
export interface ReadRequest {
  readonly method: string;
  /** A header by its name in lower case; several fields of one name are joined by commas. */
  readonly header: (name: string) => string | null | undefined;
}

/** A stored file, as conditions see it. */
export interface ReadTarget {
  /** In bytes. */
  readonly size: number;
  /** A strong entity tag with its quotes, or null where the file has none. */
  readonly etag: string | null;
  /** When the file was stored, in ms since 1970, or null where that is not known. */
  readonly modified: number | null;
  /** Whether ranges are served at all. Default true. */
  readonly ranges?: boolean;
}

/** How a request for a file is answered. */
export interface ReadOutcome {
  /** 200 the whole file, 206 `range`, 304 not modified, 412 precondition failed, 416 range not satisfiable. */
  readonly status: 200 | 206 | 304 | 412 | 416;
  /** The bytes to send to a GET; empty for 304, 412 and 416. */
  readonly range: ByteRange;
  /** `content-length` and `content-range` where the status has them. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Judges the conditions and the range of a request, in the order of RFC 9110, 13.2.2. Where the RFC leaves room, it
 * answers as nginx does, with one exception: several ranges at once get the whole file, which the RFC allows.
 */
export function evaluateRead(request: ReadRequest, target: ReadTarget): ReadOutcome {
  const failed = failedCondition(request, target);
  if (failed !== null) return { status: failed, range: NO_BYTES, headers: {} };
  const { size } = target;
  const range = rangeOf(request, target);
  if (range === 'unsatisfiable') {
    return { status: 416, range: NO_BYTES, headers: { 'content-range': `bytes */${size}` } };
  }
  if (range === null) {
    return { status: 200, range: { first: 0, end: size }, headers: { 'content-length': String(size) } };
  }
  const { first, end } = range;
  const headers = {
    'content-length': String(end - first),
    'content-range': `bytes ${first}-${end - 1}/${size}`,
  };
  return { status: 206, range, headers };
}

const NO_BYTES: ByteRange = { first: 0, end: 0 };

function failedCondition({ header }: ReadRequest, { etag, modified }: ReadTarget): 304 | 412 | null {
  const match = header('if-match') ?? null;
  const unmodified = dateOf(header('if-unmodified-since'));
  // A date counts only where no tag is stated, and only where the file has one.
  if (match !== null) {
    if (!isListed(match, etag, 'strong')) return 412;
  } else if (unmodified !== null && modified !== null && seconds(modified) > unmodified) return 412;
  const noneMatch = header('if-none-match') ?? null;
  if (noneMatch !== null) return isListed(noneMatch, etag, 'weak') ? 304 : null;
  const since = dateOf(header('if-modified-since'));
  return since !== null && modified !== null && seconds(modified) <= since ? 304 : null;
}

/** The bytes asked for. Null for the whole file. */
function rangeOf({ method, header }: ReadRequest, target: ReadTarget): ByteRange | null | 'unsatisfiable' {
  const text = header('range') ?? null;
  // A range has a meaning for GET alone (RFC 9110, 14.2).
  if (text === null || method !== 'GET' || target.ranges === false) return null;
  const condition = header('if-range') ?? null;
  if (condition !== null && !isSame(condition.trim(), target)) return null;
  return parseRange(text, target.size);
}

/** If-Range: the tag, or the very date. A weak tag never says that bytes are the same. */
function isSame(condition: string, { etag, modified }: ReadTarget): boolean {
  if (condition.endsWith('"')) return condition === etag;
  const date = dateOf(condition);
  return date !== null && modified !== null && date === seconds(modified);
}

const SPEC = /^(\d*)-(\d*)$/;

/** Reads a Range header. Null for the whole file, also where the unit is not bytes. */
function parseRange(text: string, size: number): ByteRange | null | 'unsatisfiable' {
  if (!/^bytes=./i.test(text)) return null;
  const specs = text
    .slice('bytes='.length)
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '');
  const found: ByteRange[] = [];
  for (const spec of specs) {
    const [, from = '', to = ''] = SPEC.exec(spec) ?? [];
    if (from === '' && to === '') return 'unsatisfiable';
    const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
    const end = from === '' || to === '' ? size : Math.min(size, Number(to) + 1);
    // No Content-Range can state the bytes of an empty file.
    if (size === 0 && first === 0) return null;
    if (first < end) found.push({ first, end });
  }
  const [only, more] = found;
  if (only === undefined) return 'unsatisfiable';
  return more === undefined ? only : null;
}

/** Whether a list of entity tags has this one; `*` is any. The strong comparison knows no weak tag. */
function isListed(list: string, etag: string | null, comparison: 'strong' | 'weak'): boolean {
  if (list.trim() === '*') return true;
  return [...list.matchAll(/(W\/)?("[^"]*")/g)].some(
    ([, weak, tag]) => tag === etag && (weak === undefined || comparison === 'weak'),
  );
}

/** The three forms of a date that RFC 9110, 5.6.7, wants to be read. */
const DATE = /^[A-Z][a-z]{2,8}, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/** In whole seconds. Null for what is no date: such a condition counts as not stated. */
function dateOf(text: string | null | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  const time = DATE.test(trimmed)
    ? Date.parse(trimmed)
    : ASCTIME.test(trimmed)
      ? Date.parse(`${trimmed} GMT`)
      : Number.NaN;
  return Number.isNaN(time) ? null : seconds(time);
}

/** Dates of HTTP know no fractions. */
function seconds(time: number): number {
  return Math.floor(time / 1000);
}
