import { mimes } from 'mrmime';
import { normaliseMediaType, parseMediaType } from './media-type.ts';

/** Types that people send each other and that the table of `mrmime` lacks. */
const MORE: Readonly<Record<string, string>> = {
  '7z': 'application/x-7z-compressed',
  apk: 'application/vnd.android.package-archive',
  avi: 'video/x-msvideo',
  caf: 'audio/x-caf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  flac: 'audio/flac',
  flv: 'video/x-flv',
  kml: 'application/vnd.google-earth.kml+xml',
  m4b: 'audio/mp4',
  m4v: 'video/mp4',
  mka: 'audio/x-matroska',
  mkv: 'video/x-matroska',
  odp: 'application/vnd.oasis.opendocument.presentation',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odt: 'application/vnd.oasis.opendocument.text',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  rar: 'application/vnd.rar',
  tar: 'application/x-tar',
  vcf: 'text/vcard',
  wma: 'audio/x-ms-wma',
  wmv: 'video/x-ms-wmv',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** What devices and libraries write, and the name that everyone else knows the type by. */
const ALIASES: Readonly<Record<string, string>> = {
  'application/x-pdf': 'application/pdf',
  'application/x-rar-compressed': 'application/vnd.rar',
  'application/x-zip': 'application/zip',
  'application/x-zip-compressed': 'application/zip',
  'audio/aacp': 'audio/aac',
  'audio/m4a': 'audio/mp4',
  'audio/mp3': 'audio/mpeg',
  'audio/mpeg3': 'audio/mpeg',
  'audio/mpg': 'audio/mpeg',
  'audio/vnd.wave': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-aac': 'audio/aac',
  'audio/x-flac': 'audio/flac',
  'audio/x-m4a': 'audio/mp4',
  'audio/x-mp3': 'audio/mpeg',
  'audio/x-mpeg': 'audio/mpeg',
  'audio/x-mpeg-3': 'audio/mpeg',
  'audio/x-ogg': 'audio/ogg',
  'audio/x-wav': 'audio/wav',
  'image/jfif': 'image/jpeg',
  'image/jpe': 'image/jpeg',
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-bmp': 'image/bmp',
  'image/x-citrix-gif': 'image/gif',
  'image/x-citrix-jpeg': 'image/jpeg',
  'image/x-citrix-png': 'image/png',
  'image/x-jpeg': 'image/jpeg',
  'image/x-jpg': 'image/jpeg',
  'image/x-ms-bmp': 'image/bmp',
  'image/x-png': 'image/png',
  'image/x-webp': 'image/webp',
  'text/directory': 'text/vcard',
  'text/x-vcard': 'text/vcard',
  'video/3gp': 'video/3gpp',
  'video/avi': 'video/x-msvideo',
  'video/m4v': 'video/mp4',
  'video/mkv': 'video/x-matroska',
  'video/mov': 'video/quicktime',
  'video/mp4v': 'video/mp4',
  'video/msvideo': 'video/x-msvideo',
  'video/x-m4v': 'video/mp4',
  'video/x-mp4': 'video/mp4',
  'video/x-quicktime': 'video/quicktime',
};

/** Said by libraries and systems that know nothing of the file, or that speak of something else. */
const NONSENSE: ReadonlySet<string> = new Set([
  '*/*',
  'application/*',
  'application/binary',
  'application/download',
  'application/force-download',
  'application/octet-stream',
  'application/octetstream',
  'application/unknown',
  'application/x-binary',
  'application/x-download',
  'application/x-force-download',
  'application/x-octet-stream',
  'application/x-unknown',
  'application/x-www-form-urlencoded',
  'audio/*',
  'binary/octet-stream',
  'content/unknown',
  'image/*',
  'text/*',
  'text/plain',
  'unknown/unknown',
  'video/*',
]);

const OCTETS = 'application/octet-stream';

const TABLES = [MORE, mimes];

/** The MIME type that a file's extension stands for; `application/octet-stream` where it is not known. */
export function contentTypeOf(name: string): string {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const found = TABLES.find((each) => Object.hasOwn(each, extension))?.[extension] ?? OCTETS;
  return ALIASES[found] ?? found;
}

/**
 * The type of a file: as it is stated, under the name that all know it by. Where it is not stated, can't be read or says
 * nothing (`application/octet-stream`, `text/plain`, the type of a form), the type of the name's extension. Applied twice,
 * it changes nothing more.
 */
export function contentTypeFor(stated: string | null | undefined, name: string): string {
  const text = stated ?? '';
  const [essence = ''] = text.split(';', 1);
  // Recorders of browsers write parameters that no server takes: `video/webm;codecs=vp8,opus`.
  const parsed = parseMediaType(text) ?? parseMediaType(essence);
  if (parsed === null) return contentTypeOf(name);
  const known = `${parsed.type}/${parsed.subtype}`;
  const alias = Object.hasOwn(ALIASES, known) ? ALIASES[known] : undefined;
  if (alias !== undefined) return alias;
  const good = normaliseMediaType(text) ?? known;
  if (!NONSENSE.has(known) && parsed.type !== 'multipart') return good;
  const named = contentTypeOf(name);
  return named === OCTETS && known === 'text/plain' ? good : named;
}
