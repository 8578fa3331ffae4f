import { codeAt, exifOf, joined, type Orientation, orientationOf, startsWith } from './orientation.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** What draws the picture, of chunks that need not be understood. All others may hold anything, and are left out. */
const NEEDED = 'tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT'.split(' ');

/**
 * A PNG without Exif, texts, times and private chunks, and without what follows its end. Kept, byte for byte: the picture,
 * its colours, its animation, and how it is turned. Null: it is no PNG that can be followed to its end.
 */
export function stripPng(bytes: Uint8Array): Uint8Array | null {
  if (!startsWith(bytes, SIGNATURE)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [];
  let orientation: Orientation = 1;
  let before = -1;
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return null;
    const type = codeAt(bytes, at + 4);
    if (type === 'eXIf') orientation = orientationOf(bytes.subarray(at + 8, end - 4));
    if (type === 'IDAT' && before < 0) before = kept.length;
    if (isCritical(type) || NEEDED.includes(type)) kept.push(bytes.subarray(at, end));
    if (type === 'IEND') {
      const turned = orientation === 1 || before < 0 ? [] : [chunk('eXIf', exifOf(orientation))];
      return joined([
        SIGNATURE,
        ...kept.slice(0, Math.max(0, before)),
        ...turned,
        ...kept.slice(Math.max(0, before)),
      ]);
    }
    at = end;
  }
  return null;
}

/** A decoder must understand it: its first letter is a capital. */
function isCritical(type: string): boolean {
  return /^[A-Z]/.test(type);
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

/** Bit by bit: it is ever of some 30 bytes. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return ~crc >>> 0;
}
