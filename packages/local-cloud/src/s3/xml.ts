import { XMLParser } from 'fast-xml-parser';
import { S3Error } from './errors.ts';

/** A value of an XML document to write: text, an element's children, or a repeated element. */
type XmlValue = string | number | boolean | undefined | XmlElement | readonly XmlValue[];
/** Children of an element, in order; `undefined` ones are left out. */
export interface XmlElement {
  readonly [name: string]: XmlValue;
}

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

// Control characters are legal in keys and not in XML; S3 writes them as character references all the same.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be escaped
const special = /[&<>"\u0000-\u001f\u007f]/g;
const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeText = (text: string): string =>
  text.replace(special, (character) => named[character] ?? `&#x${character.charCodeAt(0).toString(16)};`);

const writeElement = (name: string, value: XmlValue): string => {
  if (value === undefined) return '';
  if (isList(value)) return value.map((item) => writeElement(name, item)).join('');
  if (typeof value === 'object') return `<${name}>${writeChildren(value)}</${name}>`;
  return `<${name}>${escapeText(String(value))}</${name}>`;
};

const isList = (value: XmlValue): value is readonly XmlValue[] => Array.isArray(value);

const writeChildren = (element: XmlElement): string =>
  Object.entries(element)
    .map(([name, value]) => writeElement(name, value))
    .join('');

/** Writes a whole document. Error documents have no namespace, all others have S3's. */
export const writeXml = (root: string, content: XmlElement): string => {
  const attribute = root === 'Error' ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${writeChildren(content)}</${root}>`;
};

const parser: XMLParser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  removeNSPrefix: true,
  trimValues: false,
  htmlEntities: true,
});

/** A parsed element: its children by name, each a list, or its text. */
export interface ParsedElement {
  readonly text: string;
  readonly children: ReadonlyMap<string, readonly ParsedElement[]>;
}

const toParsed = (value: unknown): ParsedElement => {
  if (typeof value !== 'object' || value === null) return { text: String(value ?? ''), children: new Map() };
  const children = new Map<string, ParsedElement[]>();
  for (const [name, child] of Object.entries(value)) {
    if (name === '#text') continue;
    children.set(name, (Array.isArray(child) ? child : [child]).map(toParsed));
  }
  return { text: '', children };
};

const malformed = (): S3Error =>
  new S3Error(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

/** Reads a document whose root must be `root`; anything else is MalformedXML. */
export const readXml = (document: string, root: string): ParsedElement => {
  let parsed: unknown;
  try {
    parsed = parser.parse(document, true);
  } catch {
    throw malformed();
  }
  const element = toParsed(parsed).children.get(root)?.[0];
  if (element === undefined) throw malformed();
  return element;
};

/** Text of the first child of that name. */
export const childText = (element: ParsedElement, name: string): string | undefined =>
  element.children.get(name)?.[0]?.text;

/** Text of every child of that name. */
export const childTexts = (element: ParsedElement, name: string): string[] =>
  (element.children.get(name) ?? []).map((child) => child.text);

/** The same, refused when absent. */
export const requiredText = (element: ParsedElement, name: string): string => {
  const text = childText(element, name);
  if (text === undefined) throw malformed();
  return text;
};
