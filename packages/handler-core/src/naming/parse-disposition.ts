import { fromBase64, fromBase64Url } from '../digest/base64.ts';
import { trueName } from './true-name.ts';

/** A Content-Disposition, as it was meant. */
export interface Disposition {
  /** In lower case, as in `attachment` or `form-data`. */
  readonly kind: string;
  /** Of a form: the field's name. Null where there is none. */
  readonly field: string | null;
  /** As it was meant: it may have folders and worse in it. Null where none is stated, empty where an empty one is. */
  readonly fileName: string | null;
}

function decode(bytes: Uint8Array, charset = 'utf-8'): string | null {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function bytesOnly(text: string): boolean {
  return [...text].every((character) => character <= '\u00ff');
}

/** HTTP clients hand over header bytes as Latin-1; where they were UTF-8, they are put right. */
function repairUtf8(text: string): string {
  return (bytesOnly(text) ? decode(latin1Bytes(text)) : null) ?? text;
}

const ESCAPES = /%([0-9a-f]{2})/gi;

/** Escapes become bytes; what else is in the text must be Latin-1. */
function unescaped(text: string): Uint8Array {
  return latin1Bytes(
    text.replace(ESCAPES, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
}

/** `UTF-8'en'na%C3%AFve.txt`, with any character set, and with wrong escapes taken as they stand. */
function decodeExtended(value: string): string | null {
  const [charset, , ...rest] = value.split("'");
  if (charset === undefined || rest.length === 0 || !bytesOnly(value)) return null;
  const bytes = unescaped(rest.join("'"));
  return decode(bytes, charset.trim()) ?? repairUtf8(String.fromCharCode(...bytes));
}

function decodeName64(value: string): string | null {
  const bytes = fromBase64Url(value);
  return bytes === null ? null : decode(bytes);
}

const WORD = /^=\?([\w.:-]+)\?([bq])\?([^?]*)\?=$/i;

/** Words of mail (RFC 2047), as in `=?utf-8?B?w6Q=?=`: .NET and Java write them. Null for what is none. */
function decodeWords(text: string): string | null {
  const words = text.trim().split(/\s+/);
  let decoded = '';
  for (const word of words) {
    const [, charset, encoding, content = ''] = WORD.exec(word) ?? [];
    if (charset === undefined) return null;
    const bytes =
      encoding?.toLowerCase() === 'b'
        ? fromBase64(content)
        : unescaped(content.replaceAll('_', ' ').replaceAll('%', '%25').replaceAll('=', '%'));
    const part = bytes === null ? null : decode(bytes, charset);
    if (part === null) return null;
    decoded += part;
  }
  return decoded;
}

/**
 * Undoes percent-encoding (RFC 7578, 4.2): where all escapes together are valid UTF-8 and not all of them ASCII. Any
 * other name may hold them for its own sake, as `100%25.jpg` does. Null for such a name.
 */
function decodePercent(text: string): string | null {
  if (![...text.matchAll(ESCAPES)].some(([, hex = '']) => hex >= '8')) return null;
  const utf8 = new TextEncoder().encode(text);
  return decode(unescaped(String.fromCharCode(...utf8)));
}

/** The three characters that browsers escape in a form, and no others. */
function decodeForm(text: string): string {
  return text.replaceAll('%22', '"').replaceAll(/%0d/gi, '\r').replaceAll(/%0a/gi, '\n');
}

function decodePlain(value: string): string {
  const text = repairUtf8(value);
  return decodeWords(text) ?? decodePercent(text) ?? decodeForm(text);
}

/** The parameters, names in lower case; of a repeated one the first counts. */
function parameters(value: string): Map<string, string> {
  const found = new Map<string, string>();
  const pattern = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/gs;
  for (const [, name = '', quoted, plain = ''] of `;${value}`.matchAll(pattern)) {
    // A backslash before anything else is one of a Windows path, whatever the RFC says.
    const text = quoted === undefined ? plain.trim().replace(/^"/, '') : quoted.replace(/\\(["\\])/g, '$1');
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), text);
  }
  return found;
}

/**
 * Reads a Content-Disposition as clients write it, whatever the RFC says that they should: the file's name in RFC 8187
 * with any character set, quoted or not, which goes before the plain one; or percent-encoded, as words of mail, with what
 * browsers escape, in UTF-8 or in Latin-1. `value` may be a text, or bytes read as Latin-1.
 */
export function parseDisposition(value: string): Disposition {
  const found = parameters(value);
  const [kind = ''] = value.split(';', 1);
  const field = found.get('name');
  const long = found.get('name64');
  const extended = found.get('filename*');
  const plain = found.get('filename');
  const fileName =
    (long === undefined ? null : decodeName64(long)) ||
    (extended === undefined ? null : decodeExtended(extended)) ||
    // One that is broken is better than none.
    (plain === undefined ? (extended ?? null) : decodePlain(plain));
  return {
    kind: kind.trim().toLowerCase(),
    field: field === undefined ? null : decodeForm(repairUtf8(field)),
    fileName,
  };
}

/**
 * The true file name in a Content-Disposition, or null when it has none: the inverse of `contentDisposition`, and as
 * lenient with those of others as {@link parseDisposition}. Never a path: the name goes through `trueName`.
 */
export function parseContentDisposition(value: string): string | null {
  const { fileName } = parseDisposition(value);
  return fileName ? trueName(fileName) : null;
}
