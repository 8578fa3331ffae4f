import { crc32, deflateSync } from 'node:zlib';

/** A PNG of a sun over the sea, without a library: eight bits of red, green and blue for each pixel. */
export function drawPicture(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  // Each row begins with the number of its filter: none.
  const rows = Array.from({ length: height }, (_, y) => [
    0,
    ...Array.from({ length: width }, (_, x) => colour(x / width, y / height)).flat(),
  ]);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(rows.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The colour at a place, both from 0 to 1. */
function colour(x: number, y: number): [number, number, number] {
  const distance = Math.hypot((x - 0.5) * 4, (y - 0.45) * 3);
  if (y > 0.65) {
    const wave = 20 * Math.sin(40 * y + 6 * Math.sin(12 * x));
    return [20, 80 + wave, 150 + wave];
  }
  if (distance < 0.5) return [255, 220, 90];
  return [250 - 90 * y, 120 + 90 * y, 90 + 120 * distance];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}
