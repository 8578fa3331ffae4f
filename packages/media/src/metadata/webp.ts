import { afterExifPrefix, codeAt, exifOf, joined, type Orientation, orientationOf } from './orientation.ts';

const NEEDED = ['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'];
const [EXIF_FLAG, XMP_FLAG] = [0x08, 0x04];

/**
 * A WebP without Exif, XMP and unknown chunks, and without what follows its end. Kept, byte for byte: the picture, its
 * colour profile, its animation, and how it is turned. Null: it is no WebP that can be followed to its end.
 */
export function stripWebp(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < 20 || codeAt(bytes, 0) !== 'RIFF' || codeAt(bytes, 8) !== 'WEBP') return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stop = 8 + view.getUint32(4, true);
  if (stop > bytes.length) return null;
  const kept: Uint8Array[] = [];
  let orientation: Orientation = 1;
  for (let at = 12; at + 8 <= stop; ) {
    const size = view.getUint32(at + 4, true);
    const end = at + 8 + size;
    if (end > stop) return null;
    const type = codeAt(bytes, at);
    const content = bytes.subarray(at + 8, end);
    if (type === 'EXIF') orientation = orientationOf(afterExifPrefix(content) ?? content);
    if (NEEDED.includes(type)) kept.push(bytes.slice(at, Math.min(end + (size % 2), stop)));
    at = end + (size % 2);
  }
  const header = kept.find((chunk) => codeAt(chunk, 0) === 'VP8X');
  if (kept.length === 0) return null;
  if (header !== undefined) {
    const turned = orientation === 1 ? 0 : EXIF_FLAG;
    header[8] = ((header[8] ?? 0) & ~(EXIF_FLAG | XMP_FLAG)) | turned;
    if (turned > 0) kept.push(chunk('EXIF', exifOf(orientation)));
  }
  return riff(joined(kept));
}

/** The content has an even number of bytes. */
function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + content.length);
  bytes.set(new TextEncoder().encode(type));
  new DataView(bytes.buffer).setUint32(4, content.length, true);
  bytes.set(content, 8);
  return bytes;
}

function riff(chunks: Uint8Array): Uint8Array {
  const head = new Uint8Array(12);
  head.set(new TextEncoder().encode('RIFF'));
  new DataView(head.buffer).setUint32(4, 4 + chunks.length, true);
  head.set(new TextEncoder().encode('WEBP'), 8);
  return joined([head, chunks]);
}
