import { FILETYPE, TransferError } from '@mesibo-files/handler-core';
import { fromBase64, safeFileName, toBase64 } from '@mesibo-files/handler-core/provider';
import { isWebUrl } from './file-facts.ts';
import { THUMBNAIL_MOST } from './thumbnail-task.ts';

/**
 * A stored file, as a message tells of it that an app writes by itself: the "manual way" of mesibo's pages, where the app
 * uploads the file and then sends its facts as JSON.
 */
export interface FileDescription {
  /** Where it is stored: http or https. */
  readonly url: string;
  /** Its name; read from a message, it is safe as a name in a folder. */
  readonly name: string;
  /** Bytes; 0: unknown. */
  readonly size: number;
  readonly mimeType: string | null;
  /** One of `FILETYPE`. */
  readonly type: number;
  readonly title: string;
  readonly message: string;
  /** Bytes of a small picture, 64 KiB at most. */
  readonly thumbnail: Uint8Array | null;
  /** The download must send a token: see `MesiboMessageProperties.signedFiles`. */
  readonly secure: boolean;
}

/** The most characters of a message that is looked at: a thumbnail in base64, and room for texts. */
const TEXT_MOST = 128 * 1024;
const ENTRY = 'mesiboFile';

/**
 * The text of a message that describes a file.
 * @throws `invalid-url`, `invalid-argument`
 */
export function describeFile(file: Pick<FileDescription, 'url'> & Partial<FileDescription>): string {
  const { url, name = '', size = 0, mimeType = null, type = FILETYPE.AUTO, secure = false } = file;
  const { title = '', message = '', thumbnail = null } = file;
  if (!isWebUrl(url) || !URL.canParse(url))
    throw new TransferError('invalid-url', 'a file is described by an absolute http or https URL');
  const picture = thumbnail === null ? null : toBase64(thumbnail);
  const text = JSON.stringify({
    [ENTRY]: { url, name, size, mimeType, type, title, message, thumbnail: picture, secure },
  });
  if (readFileDescription(text) === null)
    throw new TransferError('invalid-argument', 'the description is too long, or its thumbnail too large');
  return text;
}

/**
 * What {@link describeFile} wrote into a message; null where the text is none of it. The text is a stranger's: its length is
 * bounded before it is parsed, and of what it says only what has the right type and range counts.
 */
export function readFileDescription(text: string): FileDescription | null {
  if (text.length > TEXT_MOST || !text.startsWith(`{"${ENTRY}":`)) return null;
  const entry = entryOf(text);
  if (entry === null) return null;
  const { url, name, size, mimeType, type, thumbnail, secure } = entry;
  if (typeof url !== 'string' || !isWebUrl(url) || !URL.canParse(url)) return null;
  const picture = typeof thumbnail === 'string' ? fromBase64(thumbnail) : null;
  if (typeof thumbnail === 'string' && (picture === null || picture.length > THUMBNAIL_MOST)) return null;
  return {
    url,
    name: safeFileName(stringOf(name)),
    size: wholeOf(size),
    mimeType: typeof mimeType === 'string' ? mimeType : null,
    type: wholeOf(type),
    title: stringOf(entry.title),
    message: stringOf(entry.message),
    thumbnail: picture,
    // Anything but a clear no: a protected file is never fetched plainly by mistake.
    secure: secure !== false,
  };
}

function entryOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const entry: unknown = (JSON.parse(text) as Record<string, unknown>)[ENTRY];
    return typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function wholeOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
