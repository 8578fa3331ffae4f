import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { toHex } from '@mesibo-files/handler-core/provider';
import { STORED_HEADER } from '../../format/answers.ts';
import { StoreFault } from '../../format/codes.ts';
import { crc32Digest } from '../../format/digests.ts';
import { DIGEST_HEADER, headIn, type ObjectRecord } from '../../format/metadata.ts';
import type { Granted } from '../../presign/presign.ts';
import type { DiskContext } from '../context.ts';
import { createFile } from '../files.ts';
import { discardQuietly, type Folder, newStaged } from '../folder.ts';
import { findObject, nameOf, placeObject, stageRecord } from '../objects.ts';
import { readSession, type SessionRecord, sessionState } from '../session-state.ts';
import { sealUpload } from '../sessions.ts';
import type { Answer } from './answer.ts';
import { bodySize, receive } from './receive.ts';

/**
 * Stores an object that comes in one request: it is there when the answer is 200, and nothing of it before. One of an
 * upload that waits for its commit is put aside, and is nowhere until then.
 */
export async function putObject(
  context: DiskContext,
  { key, upload }: Granted,
  request: IncomingMessage,
): Promise<Answer> {
  const folder = await context.folder();
  const size = bodySize(request);
  if ((await findObject(folder, key)) !== null) throw exists();
  const session = upload === null ? null : await waitingFor(folder, upload, key);
  const staged = await newStaged(folder, 'put');
  try {
    const crc32 = await writeBody(folder, join(staged, nameOf(folder, key)), request);
    if (crc32 !== request.headers[DIGEST_HEADER]) {
      throw new StoreFault(400, 'BadDigest', 'Other bytes arrived than were signed.');
    }
    const record: ObjectRecord = {
      format: 1,
      key,
      size,
      ...(session?.head ?? headIn(request.headers)),
      crc32,
      version: toHex(folder.random.bytes(8)),
      session: upload,
      storedAt: context.settings.clock.now(),
    };
    await stageRecord(folder, staged, record);
    const placed =
      upload === null ? await placeObject(folder, staged, key) : await sealUpload(folder, upload, staged);
    if (!placed) throw exists();
    return {
      status: 200,
      headers: { etag: `"${record.version}"`, [STORED_HEADER]: record.version, 'content-length': '0' },
    };
  } catch (error) {
    await discardQuietly(folder, staged);
    throw error;
  }
}

/** What an upload in one request was begun with. @throws StoreFault 404 when it is over, 412 when its bytes have come */
async function waitingFor(folder: Folder, id: string, key: string): Promise<SessionRecord> {
  const record = await readSession(folder, id);
  if (record === null || record.key !== key) throw uploadOver();
  const state = await sessionState(folder, id, nameOf(folder, key));
  if (state === null || state.kind === 'over') throw uploadOver();
  if (state.kind === 'sealed') throw exists();
  return record;
}

/** Writes and flushes the bytes; answers their digest. */
async function writeBody(folder: Folder, path: string, request: IncomingMessage): Promise<string> {
  const file: FileHandle = await createFile(folder.files, path);
  try {
    const { progress, whole } = await receive(request, { file, from: { bytes: 0, crc: 0 }, skip: 0 });
    if (!whole) throw new StoreFault(400, 'BadDigest', 'The body broke off.');
    await file.sync();
    return crc32Digest(progress.crc);
  } finally {
    await file.close();
  }
}

function exists(): StoreFault {
  return new StoreFault(412, 'ObjectExists', 'There is an object already, and nothing is overwritten.');
}

function uploadOver(): StoreFault {
  return new StoreFault(404, 'NoSuchUpload', 'This upload is over: it was committed, refused or discarded.');
}
