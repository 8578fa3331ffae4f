/** Blanks that may follow a delimiter on its line (RFC 2046: transport padding); with more it is content. */
const MOST_PADDING = 64;

const CR = 13;
const LF = 10;
const DASH = 45;
const BLANKS: ReadonlySet<number | undefined> = new Set([32, 9]);

/** What stands after a boundary, as far as it has come. */
type Line =
  | { readonly kind: 'open' | 'close'; readonly end: number }
  /** No delimiter: it only begins like one. */
  | { readonly kind: 'content'; readonly end?: number }
  /** The line has not come whole. */
  | { readonly kind: 'unknown' };

/**
 * Finds the delimiters of a multipart body, and writes them with another boundary, which nobody can know beforehand. A
 * delimiter is a whole line (RFC 2046, 5.1.1): the parser behind this takes a line for one that merely begins so, and
 * would cut a file in the middle without a word. What comes after the closing delimiter is left out.
 */
export class Delimiters {
  /** What the delimiters read from here on. */
  readonly boundary: string = crypto.randomUUID();
  readonly #needle: Buffer;
  /** What may be the beginning of a delimiter. The body's first line needs no line before it. */
  #held: Buffer = Buffer.from('\r\n');
  #closed = false;

  constructor(boundary: string) {
    this.#needle = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /** What can be passed on of a body, after these bytes of it. */
  take(chunk: Uint8Array): readonly Uint8Array[] {
    return this.#pass(chunk, false);
  }

  /** The rest: the body has ended. */
  end(): readonly Uint8Array[] {
    return this.#pass(Buffer.alloc(0), true);
  }

  #pass(chunk: Uint8Array, last: boolean): readonly Uint8Array[] {
    const out: Uint8Array[] = [];
    if (this.#closed) return out;
    const bytes = this.#held.length === 0 ? view(chunk) : Buffer.concat([this.#held, chunk]);
    let passed = 0;
    let from = 0;
    for (;;) {
      const found = bytes.indexOf(this.#needle, from);
      if (found < 0) break;
      const line = lineAfter(bytes, found + this.#needle.length, last);
      // The next one can begin with the line's own end.
      from = found + 2;
      if (line.kind === 'content') continue;
      out.push(bytes.subarray(passed, found));
      passed = found;
      if (line.kind === 'unknown') return this.#hold(out, bytes, found);
      this.#closed = line.kind === 'close';
      out.push(Buffer.from(`\r\n--${this.boundary}${this.#closed ? '--' : ''}\r\n`));
      if (this.#closed) return out;
      passed = line.end;
      from = line.end;
    }
    const begin = last ? bytes.length : beginningOf(this.#needle, bytes, from);
    out.push(bytes.subarray(passed, begin));
    return this.#hold(out, bytes, begin);
  }

  #hold(out: readonly Uint8Array[], bytes: Buffer, from: number): readonly Uint8Array[] {
    // A copy: the chunk's memory is the socket's.
    this.#held = Buffer.from(bytes.subarray(from));
    return out.filter(({ length }) => length > 0);
  }
}

/** Reads what follows a boundary on its line. `last`: no more bytes come. */
function lineAfter(bytes: Buffer, after: number, last: boolean): Line {
  const dashes = bytes[after] === DASH && (bytes[after + 1] === DASH || after + 1 >= bytes.length);
  if (dashes && after + 1 >= bytes.length) return last ? { kind: 'content' } : { kind: 'unknown' };
  const padding = dashes ? after + 2 : after;
  let at = padding;
  while (BLANKS.has(bytes[at]) && at - padding <= MOST_PADDING) at += 1;
  if (at - padding > MOST_PADDING) return { kind: 'content' };
  const kind = dashes ? 'close' : 'open';
  // The closing delimiter may be the last thing that comes, with no end of its line.
  if (at >= bytes.length) return last ? { kind: dashes ? 'close' : 'content', end: at } : { kind: 'unknown' };
  if (bytes[at] !== CR) return { kind: 'content' };
  if (at + 1 >= bytes.length) return last ? { kind: 'content' } : { kind: 'unknown' };
  return bytes[at + 1] === LF ? { kind, end: at + 2 } : { kind: 'content' };
}

/** Where the end of these bytes may be the beginning of the needle; their length where it is not. */
function beginningOf(needle: Buffer, bytes: Buffer, from: number): number {
  let at = bytes.indexOf(CR, Math.max(from, bytes.length - needle.length + 1));
  while (at >= 0 && needle.compare(bytes, at, bytes.length, 0, bytes.length - at) !== 0) {
    at = bytes.indexOf(CR, at + 1);
  }
  return at < 0 ? bytes.length : at;
}

function view(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** The longest Content-Type of a form that is read, in characters. */
const MOST_TYPE = 512;

/** RFC 2046 allows 70 characters; some clients write more. */
const MOST_BOUNDARY = 200;

/** The boundary that a Content-Type of multipart/form-data names, quoted or not; null where there is none, empty where it is. */
export function boundaryOf(contentType: string): string | null {
  if (contentType.length > MOST_TYPE) return null;
  const [type = '', ...parameters] = contentType.split(';');
  if (type.trim().toLowerCase() !== 'multipart/form-data') return null;
  for (const parameter of parameters) {
    const at = parameter.indexOf('=');
    if (at < 0 || parameter.slice(0, at).trim().toLowerCase() !== 'boundary') continue;
    const value = parameter.slice(at + 1).trim();
    const quoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
    const boundary = quoted ? value.slice(1, -1) : value;
    if (boundary === '') return boundary;
    return /^[!#-~](?:[ !#-~]*[!#-~])?$/.test(boundary) && boundary.length <= MOST_BOUNDARY ? boundary : null;
  }
  return null;
}
