import { mimes } from 'mrmime';

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
  m4v: 'video/x-m4v',
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

const TABLES = [MORE, mimes];

/** The MIME type that a file's extension stands for; `application/octet-stream` where it is not known. */
export function contentTypeOf(name: string): string {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const table = TABLES.find((each) => Object.hasOwn(each, extension));
  return table?.[extension] ?? 'application/octet-stream';
}
