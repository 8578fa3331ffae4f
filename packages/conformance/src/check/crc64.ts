import type { Hasher } from '@mesibo-files/handler-core/provider';

/** CRC-64/NVME's polynomial, reflected, as two halves. */
const HIGH = 0x9a6c9329;
const LOW = 0xac4bc9b5;

const high = new Uint32Array(256);
const low = new Uint32Array(256);
for (let index = 0; index < 256; index++) {
  let top = 0;
  let bottom = index;
  for (let bit = 0; bit < 8; bit++) {
    const odd = bottom & 1;
    bottom = (bottom >>> 1) | (top << 31);
    top >>>= 1;
    if (odd) {
      top ^= HIGH;
      bottom ^= LOW;
    }
  }
  high[index] = top;
  low[index] = bottom;
}

/** CRC-64/NVME in plain JavaScript: slow, and enough for a suite. */
export function crc64nvme(): Hasher {
  let top = 0xffffffff;
  let bottom = 0xffffffff;
  return {
    update(bytes) {
      for (const byte of bytes) {
        const index = (bottom ^ byte) & 255;
        bottom = ((bottom >>> 8) | (top << 24)) ^ (low[index] ?? 0);
        top = (top >>> 8) ^ (high[index] ?? 0);
      }
    },
    digest() {
      const digest = new DataView(new ArrayBuffer(8));
      digest.setUint32(0, ~top >>> 0);
      digest.setUint32(4, ~bottom >>> 0);
      return new Uint8Array(digest.buffer);
    },
  };
}
