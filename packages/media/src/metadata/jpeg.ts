import {
  afterExifPrefix,
  exifOf,
  exifPrefix,
  joined,
  type Orientation,
  orientationOf,
} from './orientation.ts';

const [SOI, EOI, SOS, COM, TEM] = [0xd8, 0xd9, 0xda, 0xfe, 0x01];
const [APP0, APP1, APP2, APP14, APP15] = [0xe0, 0xe1, 0xe2, 0xee, 0xef];
/** Bytes of a JFIF header with no thumbnail in it, with its length. */
const JFIF_LENGTH = 16;

const ascii = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((character, at) => bytes[at] === character.charCodeAt(0));

/**
 * A JPEG without Exif, GPS, XMP, IPTC, comments, embedded thumbnails and whatever follows its end. Kept, byte for byte: the
 * picture, its colour profile, and how it is turned. Null: it is no JPEG that can be followed to its picture.
 */
export function stripJpeg(bytes: Uint8Array): Uint8Array | null {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return null;
  const kept: Uint8Array[] = [];
  let orientation: Orientation = 1;
  let scanned = false;
  let at = 2;
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === EOI) {
      kept.push(Uint8Array.of(0xff, EOI));
      break;
    }
    if (marker === TEM || (marker >= 0xd0 && marker <= 0xd7)) {
      kept.push(bytes.subarray(at, at + 2));
      at += 2;
      continue;
    }
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) return scanned ? finish(kept, orientation) : null;
    const content = bytes.subarray(at + 4, end);
    if (marker === APP1 && orientation === 1) {
      const exif = afterExifPrefix(content);
      if (exif !== null) orientation = orientationOf(exif);
    }
    const segment = keptSegment(marker, content, bytes.subarray(at, end));
    if (segment !== null) kept.push(segment);
    at = end;
    if (marker === SOS) {
      scanned = true;
      const next = endOfScan(bytes, at);
      kept.push(bytes.subarray(at, next));
      at = next;
    }
  }
  return scanned ? finish(kept, orientation) : null;
}

function finish(kept: readonly Uint8Array[], orientation: Orientation): Uint8Array {
  const start = Uint8Array.of(0xff, SOI);
  if (orientation === 1) return joined([start, ...kept]);
  const exif = joined([exifPrefix(), exifOf(orientation)]);
  const length = exif.length + 2;
  const segment = joined([Uint8Array.of(0xff, APP1, length >> 8, length & 0xff), exif]);
  // A JFIF header comes first.
  const first = kept[0]?.[1] === APP0 ? 1 : 0;
  return joined([start, ...kept.slice(0, first), segment, ...kept.slice(first)]);
}

/** What is kept of a segment; null: nothing. */
function keptSegment(marker: number, content: Uint8Array, whole: Uint8Array): Uint8Array | null {
  if (marker === COM) return null;
  if (marker < APP0 || marker > APP15) return whole;
  if (marker === APP0 && ascii(content, 'JFIF\0')) return withoutThumbnail(whole);
  const needed =
    (marker === APP2 && ascii(content, 'ICC_PROFILE\0')) || (marker === APP14 && ascii(content, 'Adobe'));
  return needed ? whole : null;
}

function withoutThumbnail(jfif: Uint8Array): Uint8Array {
  if (jfif.length <= JFIF_LENGTH + 2) return jfif;
  const header = jfif.slice(0, JFIF_LENGTH + 2);
  header.set([0, JFIF_LENGTH], 2);
  header.set([0, 0], JFIF_LENGTH);
  return header;
}

/** Where the compressed data of a scan ends: at the next marker that is none of its own. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at += 1) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
}
