import { join } from 'node:path';
import { toHex } from '@mesibo-files/handler-core';
import type { Refused } from '@mesibo-files/handler-core/provider';
import { z } from 'zod';
import type { ObjectHead } from '../metadata.ts';
import { isErrno } from '../store-fault.ts';
import { type Folder, newStaged } from './folder.ts';
import { parseJson } from './object-record.ts';
import { createFile, namesIn, readSmall, writeFlushed } from './real-files.ts';
import { sessionFolder } from './session-folder.ts';
import { FIRST_STATE } from './session-state.ts';
import { discardFolder } from './trash.ts';

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

const REFUSED_NAME = 'refused.json';

const REFUSED: z.ZodType<Refused> = z.object({
  state: z.literal('refused'),
  code: z.enum([
    'size-mismatch',
    'digest-mismatch',
    'type-refused',
    'object-exists',
    'file-too-large',
    'forbidden',
  ]),
  reason: z.string(),
});

/**
 * Marks a session as refused, and then takes away what waits in it. The mark stays until a sweep.
 * @returns whether there was such a session
 */
export async function refuseSession(folder: Folder, id: string, why: Refused): Promise<boolean> {
  const { files } = folder;
  const path = sessionFolder(folder, id);
  const written = join(path, `mark-${toHex(folder.random.bytes(8))}`);
  try {
    await writeFlushed(files, written, JSON.stringify(why));
    await files.rename(written, join(path, REFUSED_NAME));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
  const kept = [RECORD_NAME, REFUSED_NAME];
  for (const name of (await namesIn(files, path)) ?? []) {
    if (!kept.includes(name)) await discardFolder(folder, join(path, name));
  }
  return true;
}

/** Why a session was refused, or null. */
export async function readRefused(folder: Folder, id: string): Promise<Refused | null> {
  const text = await readSmall(folder.files, join(sessionFolder(folder, id), REFUSED_NAME));
  return text === null ? null : parseJson(REFUSED, text);
}
