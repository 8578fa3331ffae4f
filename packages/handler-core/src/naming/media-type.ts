/** A media type (RFC 9110, 8.3.1), read and found good. */
export interface MediaType {
  /** In lower case, as in `image`. */
  readonly type: string;
  /** In lower case, as in `svg+xml`. */
  readonly subtype: string;
  /** Names in lower case; values as they were given. Of a repeated name the first counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** The longest media type that is read, in characters. */
const MAX_MEDIA_TYPE = 255;

/** What a browser opens as a page of the bucket's origin, in which script may run. */
const PAGES: ReadonlySet<string> = new Set([
  'application/x-shockwave-flash',
  'message/rfc822',
  'multipart/related',
  'multipart/x-mixed-replace',
  'text/html',
]);

/** What a browser runs as script of the page that asks for it. */
const SCRIPTS: ReadonlySet<string> = new Set([
  'application/ecmascript',
  'application/javascript',
  'application/node',
  'application/wasm',
  'application/x-ecmascript',
  'application/x-javascript',
  'text/cache-manifest',
  'text/ecmascript',
  'text/javascript',
  'text/jscript',
  'text/livescript',
  'text/x-ecmascript',
  'text/x-javascript',
]);

/**
 * Reads a media type, in one pass over its characters. Null for what is none, for more than
 * 255 characters, and for anything with a comma, a control or a character outside ASCII: readers of
 * headers disagree about those (`image/png;,text/html` is HTML to some browsers).
 */
export function parseMediaType(text: string): MediaType | null {
  if (text.length > MAX_MEDIA_TYPE || !isPlain(text)) return null;
  const reader = new Reader(text);
  reader.skipBlanks();
  const type = reader.token().toLowerCase();
  const slash = reader.take('/');
  const subtype = reader.token().toLowerCase();
  reader.skipBlanks();
  if (type === '' || !slash || subtype === '') return null;
  const parameters = new Map<string, string>();
  while (!reader.atEnd) {
    if (!reader.take(';')) return null;
    reader.skipBlanks();
    // An empty one is passed over, as browsers do: `text/plain;` is text.
    if (reader.atEnd || reader.sees(';')) continue;
    const name = reader.token().toLowerCase();
    if (name === '' || !reader.take('=')) return null;
    const value = reader.sees('"') ? reader.quoted() : reader.token();
    if (value === null || value === '') return null;
    if (!parameters.has(name)) parameters.set(name, value);
    reader.skipBlanks();
  }
  return { type, subtype, parameters };
}

/** Rewrites a media type, so that it can be read in one way only, and reads the same. */
function formatMediaType({ type, subtype, parameters }: MediaType): string {
  const written = [...parameters].map(
    ([name, value]) => `; ${name}=${isToken(value) ? value : quote(value)}`,
  );
  return `${type}/${subtype}${written.join('')}`;
}

/** The rewritten media type, as it is signed, stored and compared; null for what {@link parseMediaType} refuses. */
export function normaliseMediaType(text: string): string | null {
  const parsed = parseMediaType(text);
  if (parsed === null) return null;
  const written = formatMediaType(parsed);
  return written.length > MAX_MEDIA_TYPE ? null : written;
}

/**
 * Whether a browser could run this as script or as a page with script: HTML, SVG, any XML, JavaScript. True also for what
 * is no media type, since browsers then guess.
 */
export function isActiveType(text: string): boolean {
  const parsed = parseMediaType(text);
  if (parsed === null) return true;
  const { type, subtype } = parsed;
  const xml = subtype === 'xml' || subtype === 'xsl' || subtype.endsWith('+xml');
  return xml || PAGES.has(`${type}/${subtype}`) || isScriptType(text);
}

/** Whether a browser could run this as script of the page that asks for it. True also for what is no media type. */
export function isScriptType(text: string): boolean {
  const parsed = parseMediaType(text);
  if (parsed === null) return true;
  const { type, subtype } = parsed;
  // `text/javascript1.5` and its like are JavaScript to every browser.
  return SCRIPTS.has(`${type}/${subtype}`) || subtype.startsWith('javascript1.');
}

/** Reads a text from its beginning to its end, never back. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  sees(character: string): boolean {
    return this.#text[this.#at] === character;
  }

  take(character: string): boolean {
    if (!this.sees(character)) return false;
    this.#at += 1;
    return true;
  }

  skipBlanks(): void {
    while (this.sees(' ') || this.sees('\t')) this.#at += 1;
  }

  /** Characters of a token; an empty text where there is none. */
  token(): string {
    const from = this.#at;
    while (!this.atEnd && isTokenCode(this.#text.charCodeAt(this.#at))) this.#at += 1;
    return this.#text.slice(from, this.#at);
  }

  /** What stands between quotation marks, its escapes undone; null where the second mark is missing, or with a tab. */
  quoted(): string | null {
    let value = '';
    for (this.#at += 1; !this.atEnd; this.#at += 1) {
      if (this.take('"')) return value;
      if (this.sees('\\')) this.#at += 1;
      if (this.sees('\t')) return null;
      value += this.#text[this.#at] ?? '';
    }
    return null;
  }
}

function quote(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function isToken(text: string): boolean {
  return [...text].every((character) => isTokenCode(character.charCodeAt(0)));
}

/** Printable ASCII with no comma, and tabs. */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code < 0x20 && code !== 0x09) || code > 0x7e || code === 0x2c) return false;
  }
  return true;
}

const TOKEN_MARKS: ReadonlySet<number> = new Set([..."!#$%&'*+-.^_`|~"].map((mark) => mark.charCodeAt(0)));

function isTokenCode(code: number): boolean {
  const digit = code >= 0x30 && code <= 0x39;
  const letter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  return digit || letter || TOKEN_MARKS.has(code);
}
