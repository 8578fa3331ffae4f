import { createCipheriv, createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { drawPicture } from './picture.ts';

const MEBIBYTE = 1024 * 1024;

/** Makes a small picture and a large file of noise, the same ones every time. */
export async function makeSamples(folder: string, sizeMiB: number, signal: AbortSignal): Promise<string[]> {
  const picture = join(folder, 'picture.png');
  await writeFile(picture, drawPicture(320, 240));
  const large = join(folder, `${sizeMiB} MiB.bin`);
  await pipeline(noise(sizeMiB), createWriteStream(large), { signal });
  return [picture, large];
}

/** Bytes that look random and are not: a cipher's stream under a fixed key. */
function* noise(sizeMiB: number): Generator<Buffer> {
  const key = createHash('sha256').update('mesibo-files demo').digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(MEBIBYTE);
  for (let written = 0; written < sizeMiB; written++) yield cipher.update(zeros);
}
