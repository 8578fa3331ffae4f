import { fromBase64Url } from '../digest/base64.ts';
import { trueName } from './true-name.ts';

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** HTTP clients hand over header bytes as Latin-1; where they were UTF-8, they are put right. */
function repairUtf8(text: string): string {
  const characters = [...text];
  const bytesOnly =
    characters.every((character) => character <= '\u00ff') &&
    characters.some((character) => character >= '\u0080');
  return (bytesOnly ? decodeUtf8(latin1Bytes(text)) : null) ?? text;
}

/** `UTF-8'en'na%C3%AFve.txt`, with any character set, and with wrong escapes taken as they stand. */
function decodeExtended(value: string): string | null {
  const found = /^([^']*)'[^']*'(.*)$/s.exec(value);
  const charset = found?.[1]?.trim().toLowerCase();
  const encoded = found?.[2];
  if (charset === undefined || encoded === undefined) return null;
  const raw = encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return charset === 'iso-8859-1' ? raw : repairUtf8(raw);
}

function decodeName64(value: string): string | null {
  const bytes = fromBase64Url(value);
  return bytes === null ? null : decodeUtf8(bytes);
}

/** The parameters, names in lower case; of a repeated one the first counts. */
function parameters(value: string): Map<string, string> {
  const found = new Map<string, string>();
  const pattern = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))/gs;
  for (const [, name = '', quoted, plain = ''] of `;${value}`.matchAll(pattern)) {
    const text = quoted === undefined ? plain.trim() : quoted.replace(/\\(.)/gs, '$1');
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), text);
  }
  return found;
}

/**
 * The true file name in a Content-Disposition, or null when it has none: the inverse of `contentDisposition`, and
 * lenient with those of others (RFC 8187 in any character set, quoted or not, UTF-8 read as Latin-1). Never a path: the
 * name goes through `trueName`.
 */
export function parseContentDisposition(value: string): string | null {
  const found = parameters(value);
  const long = found.get('name64');
  const extended = found.get('filename*');
  const plain = found.get('filename');
  const name =
    (long === undefined ? null : decodeName64(long)) ||
    (extended === undefined ? null : decodeExtended(extended)) ||
    (plain === undefined ? null : repairUtf8(plain));
  return name ? trueName(name) : null;
}
