import type { RandomAccess } from './boxes.ts';
import { isoFacts } from './iso-media.ts';
import { stripJpeg } from './jpeg.ts';
import { stripPng } from './png.ts';
import { stripWebp } from './webp.ts';

/** What a file is, by its first bytes: never by its name. */
export type MediaFormat = 'jpeg' | 'png' | 'webp' | 'heif' | 'video';

/** A file without metadata, or why it could not be freed of them. */
export type Stripped =
  | { readonly format: MediaFormat; readonly bytes: Uint8Array; readonly reason: null }
  | {
      readonly format: MediaFormat | null;
      readonly bytes: null;
      readonly reason: 'unknown-format' | 'malformed';
    };

const STRIPPERS = [
  ['jpeg', stripJpeg, [0xff, 0xd8]],
  ['png', stripPng, [0x89, 0x50, 0x4e, 0x47]],
  ['webp', stripWebp, [0x52, 0x49, 0x46, 0x46]],
] as const;

/**
 * Removes Exif with its GPS position, XMP, IPTC, comments, texts and embedded thumbnails from a JPEG, PNG, WebP, HEIC, AVIF, MP4
 * or MOV file in memory. The picture itself, its colours, and how it is turned stay, byte for byte. The given bytes are not
 * changed.
 */
export async function stripMetadata(bytes: Uint8Array): Promise<Stripped> {
  for (const [format, strip, magic] of STRIPPERS) {
    if (!magic.every((byte, at) => bytes[at] === byte)) continue;
    const stripped = strip(bytes);
    return stripped === null
      ? { format, bytes: null, reason: 'malformed' }
      : { format, bytes: stripped, reason: null };
  }
  const facts = await isoFacts(inMemory(bytes));
  if (facts === null) return { format: null, bytes: null, reason: 'unknown-format' };
  const copy = bytes.slice();
  for (const { at, length, bytes: put } of facts.patches) {
    if (put === null) copy.fill(0, at, at + length);
    else copy.set(put, at);
  }
  return { format: facts.kind, bytes: copy, reason: null };
}

/** Whether a file can be a picture of ours, by its first bytes; boxes are told apart by `isoFacts`. */
export function startsAsPicture(start: Uint8Array): boolean {
  return STRIPPERS.some(([, , magic]) => magic.every((byte, at) => start[at] === byte));
}

export function inMemory(bytes: Uint8Array): RandomAccess {
  return { size: bytes.length, read: async (at, length) => bytes.subarray(at, at + length) };
}
