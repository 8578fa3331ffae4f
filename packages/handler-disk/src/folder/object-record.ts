import { join } from 'node:path';
import { z } from 'zod';
import type { ObjectHead } from '../metadata.ts';
import { StoreFault } from '../store-fault.ts';
import type { Folder } from './folder.ts';
import { readSmall } from './real-files.ts';

/** What is kept beside an object's bytes. */
export interface ObjectRecord extends ObjectHead {
  readonly format: 1;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Of all bytes, as they arrived; base64. */
  readonly crc32: string;
  /** Random: another object under the same key has another. */
  readonly version: string;
  /** Id of the session that it came through; null for one request. */
  readonly session: string | null;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}

/** Name of the file that it is in. No object's own name begins with a dot. */
export const RECORD_NAME = '.object.json';

const RECORD: z.ZodType<ObjectRecord> = z.object({
  format: z.literal(1),
  key: z.string(),
  size: z.number().int().nonnegative(),
  contentType: z.string(),
  disposition: z.string().nullable(),
  cacheControl: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  crc32: z.string(),
  version: z.string(),
  session: z.string().nullable(),
  storedAt: z.number(),
});

export function writeRecord(record: ObjectRecord): string {
  return JSON.stringify(record);
}

/** @throws StoreFault `DiskFailure` for what the store did not write */
export function readRecord(text: string): ObjectRecord {
  return parseJson(RECORD, text);
}

/** Reads a file of the store's own making. @throws StoreFault `DiskFailure` */
export function parseJson<Value>(schema: z.ZodType<Value>, text: string): Value {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StoreFault(500, 'DiskFailure', 'A file of the store is damaged.', { cause });
  }
}

/** The record in a folder that waits for its place, or null when it is there no more. */
export async function readSealed(
  { files }: Pick<Folder, 'files'>,
  path: string,
): Promise<ObjectRecord | null> {
  const text = await readSmall(files, join(path, RECORD_NAME));
  return text === null ? null : readRecord(text);
}
