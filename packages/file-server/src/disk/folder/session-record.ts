import { join } from 'node:path';
import { z } from 'zod';
import type { ObjectHead } from '../metadata.ts';
import { type Folder, newStaged } from './folder.ts';
import { parseJson } from './object-record.ts';
import { createFile, readSmall } from './real-files.ts';
import { sessionFolder } from './session-folder.ts';
import { FIRST_STATE } from './session-state.ts';

/** What a session was begun with. */
export interface SessionRecord {
  readonly format: 1;
  readonly key: string;
  /** Bytes of the file, or null while they are not known. */
  readonly size: number | null;
  /** The most bytes it takes. */
  readonly maxSize: number;
  readonly head: ObjectHead;
  /** The ticket, for whoever sweeps. */
  readonly ticket: string;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
}

const RECORD: z.ZodType<SessionRecord> = z.object({
  format: z.literal(1),
  key: z.string(),
  size: z.number().int().nonnegative().nullable(),
  maxSize: z.number().int().nonnegative(),
  head: z.object({
    contentType: z.string(),
    disposition: z.string().nullable(),
    cacheControl: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
  }),
  ticket: z.string(),
  begunAt: z.number(),
});

const RECORD_NAME = 'session.json';

/** Opens a session: it is there whole, or not at all. Nothing of it is flushed; one that a loss of power takes is begun anew. */
export async function createSession(folder: Folder, id: string, record: SessionRecord): Promise<void> {
  const { files } = folder;
  const staged = await newStaged(folder, 'new');
  for (const [name, text] of [
    [RECORD_NAME, JSON.stringify(record)],
    [FIRST_STATE, ''],
  ] as const) {
    const handle = await createFile(files, join(staged, name));
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  }
  await files.rename(staged, sessionFolder(folder, id));
}

/** What a session was begun with, or null when there is none. */
export async function readSession(folder: Folder, id: string): Promise<SessionRecord | null> {
  const text = await readSmall(folder.files, join(sessionFolder(folder, id), RECORD_NAME));
  return text === null ? null : parseJson(RECORD, text);
}
