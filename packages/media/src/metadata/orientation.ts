/** How a picture is turned: 1 upright, 2 to 8 as Exif says. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;

/** The orientation in an Exif block (from its TIFF header on); 1 where it says none, or is none. */
export function orientationOf(tiff: Uint8Array): Orientation {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 14) return 1;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  const at = view.getUint32(4, little);
  if (at + 2 > tiff.length) return 1;
  const count = Math.min(view.getUint16(at, little), Math.floor((tiff.length - at - 2) / 12));
  for (let entry = at + 2; entry < at + 2 + count * 12; entry += 12) {
    if (view.getUint16(entry, little) !== ORIENTATION_TAG || view.getUint16(entry + 2, little) !== SHORT)
      continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

/** An Exif block, from its TIFF header on, that says the orientation and nothing else. */
export function exifOf(orientation: Orientation): Uint8Array {
  // Big-endian; one entry: orientation, one SHORT; no further directory.
  return Uint8Array.of(
    ...[0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8],
    ...[0, 1],
    ...[0x01, 0x12, 0, SHORT, 0, 0, 0, 1, 0, orientation, 0, 0],
    ...[0, 0, 0, 0],
  );
}

const EXIF_PREFIX = Uint8Array.of(0x45, 0x78, 0x69, 0x66, 0, 0);

/** What JPEG puts before an Exif block, and some programs in WebP too: `Exif` and two zeros. */
export function exifPrefix(): Uint8Array {
  return EXIF_PREFIX.slice();
}

/** The Exif block without its prefix; null: it has none. */
export function afterExifPrefix(bytes: Uint8Array): Uint8Array | null {
  return startsWith(bytes, EXIF_PREFIX) ? bytes.subarray(EXIF_PREFIX.length) : null;
}

export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, at) => bytes[at] === byte);
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** The characters of a code of four, as boxes and chunks have it. */
export function codeAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
