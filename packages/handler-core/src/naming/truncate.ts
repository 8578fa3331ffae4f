const encoder = new TextEncoder();

/** Length of a text in UTF-8, in bytes. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}

/** The extension with its dot, or an empty text; a dot file has none, and a very long one is part of the name. */
function extensionOf(name: string): string {
  const found = /(?<=.)\.[^.\s]{1,16}$/su.exec(name)?.[0] ?? '';
  return utf8Length(found) > 32 ? '' : found;
}

/** Shortens a name to this many bytes of UTF-8 (at least 40), between code points, and keeps its extension. */
export function truncateName(name: string, maxBytes: number): string {
  if (utf8Length(name) <= maxBytes) return name;
  const extension = extensionOf(name);
  let room = maxBytes - utf8Length(extension);
  let stem = '';
  for (const character of name.slice(0, name.length - extension.length)) {
    room -= utf8Length(character);
    if (room < 0) break;
    stem += character;
  }
  return stem + extension;
}
