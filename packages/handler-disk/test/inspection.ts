import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { StoreInspection } from '@mesibo-files/conformance';

const RECORD = '.object.json';

/** Looks into a store's folder by nothing but the file system, as its layout is documented. */
export function inspection(folder: string): StoreInspection {
  const objects = join(folder, 'objects');
  const staging = join(folder, 'staging');
  const record = async (key: string): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(join(objects, dirname(key), RECORD), 'utf8'));
  const sessions = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const name of await readdir(staging)) {
      if (!name.startsWith('session-')) continue;
      // A refused one is a mark, and holds nothing.
      if (!(await readdir(join(staging, name))).includes('refused.json')) found.push(name);
    }
    return found;
  };
  return {
    keys: async () => {
      const found = await readdir(objects, { recursive: true, withFileTypes: true });
      return found
        .filter((entry) => entry.isFile() && entry.name !== RECORD)
        .map((entry) => relative(objects, join(entry.parentPath, entry.name)))
        .sort();
    },
    bytes: async (key) => new Uint8Array(await readFile(join(objects, key))),
    facts: async (key) => {
      const { size, contentType, disposition, metadata } = await record(key);
      return {
        size: Number(size),
        contentType: String(contentType),
        contentDisposition: disposition === null ? null : String(disposition),
        metadata: metadata as Record<string, string>,
      };
    },
    put: async (key, bytes) => {
      await mkdir(join(objects, dirname(key)), { recursive: true });
      await writeFile(join(objects, key), bytes);
      const theirs = {
        format: 1,
        key,
        size: bytes.length,
        contentType: 'application/octet-stream',
        disposition: null,
        cacheControl: null,
        metadata: {},
        crc32: 'AAAAAA==',
        version: 'ffffffffffffffff',
        session: null,
        storedAt: 0,
      };
      await writeFile(join(objects, dirname(key), RECORD), JSON.stringify(theirs));
    },
    remove: (key) => rm(join(objects, dirname(key)), { recursive: true, force: true }),
    unfinished: async () => (await sessions()).length,
    dropUnfinished: async () => {
      for (const name of await sessions()) await rm(join(staging, name), { recursive: true });
    },
  };
}
