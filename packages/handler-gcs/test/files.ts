import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file of random bytes in a folder of its own, under the system's temporary one. */
export async function temporaryFile(
  size: number,
): Promise<{ readonly path: string; readonly bytes: Buffer }> {
  const path = join(await mkdtemp(join(tmpdir(), 'mesibo-files-gcs-')), 'file.bin');
  const bytes = randomBytes(size);
  await writeFile(path, bytes);
  return { path, bytes };
}

/** All bytes of a file. */
export async function bytesOf(path: string): Promise<Buffer> {
  return readFile(path);
}
