const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The contents of each element of this name, as they stand. Enough for the flat answers of the XML API. */
export function elements(xml: string, name: string): readonly string[] {
  const found: string[] = [];
  const closing = `</${name}>`;
  for (let at = 0; ; ) {
    const begin = xml.indexOf(`<${name}`, at);
    if (begin < 0) return found;
    at = begin + name.length + 1;
    // Another element, whose name begins so.
    if (!/[\s>]/.test(xml.charAt(at))) continue;
    const content = xml.indexOf('>', at) + 1;
    const end = content === 0 ? -1 : xml.indexOf(closing, content);
    if (end < 0) return found;
    found.push(xml.slice(content, end));
    at = end + closing.length;
  }
}

/** The text of the first element of this name, or null. */
export function textOf(xml: string, name: string): string | null {
  const [text] = elements(xml, name);
  return text === undefined ? null : decode(text);
}

/** A text as it can stand in an element. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name)] ?? whole;
    const point = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
