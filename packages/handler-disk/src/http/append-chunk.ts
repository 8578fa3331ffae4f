import type { IncomingMessage } from 'node:http';
import { toHex } from '@mesibo-files/handler-core';
import type { DiskContext } from '../context.ts';
import { crc32Digest, isCrc32Digest } from '../crc32.ts';
import type { Folder } from '../folder/folder.ts';
import { nameOf } from '../folder/objects.ts';
import type { SessionRecord } from '../folder/session-record.ts';
import type { Progress, SessionState } from '../folder/session-state.ts';
import {
  crossesStride,
  type Hold,
  holdSession,
  openHeld,
  releaseSession,
  sealSession,
  spoilSession,
} from '../folder/sessions.ts';
import { DIGEST_HEADER } from '../metadata.ts';
import { StoreFault } from '../store-fault.ts';
import type { Answer } from './answer.ts';
import type { ContentRange } from './content-range.ts';
import { receive } from './receive.ts';
import { doneAnswer, moreAnswer } from './session-answers.ts';

/** A session as a request finds it. */
interface OpenSession {
  readonly id: string;
  readonly record: SessionRecord;
}

type Unsealed = Exclude<SessionState, { kind: 'sealed' | 'over' }>;

/** Appends a chunk, and ends the session with the last one. Of a chunk that breaks off, what came is kept. */
export async function appendChunk(
  context: DiskContext,
  session: OpenSession,
  state: Unsealed,
  range: ContentRange,
  request: IncomingMessage,
): Promise<Answer> {
  const ends = endsFile(range, state.progress);
  const stated = String(request.headers[DIGEST_HEADER] ?? '');
  if (ends && !isCrc32Digest(stated)) {
    throw new StoreFault(400, 'InvalidRequest', `The last request of a session must carry ${DIGEST_HEADER}.`);
  }
  const folder = await context.folder();
  const hold = await holdSession(folder, state, context.settings.clock.now());
  let progress: Progress;
  try {
    progress = await append(folder, hold, range, request);
    if (ends && progress.bytes === range.total)
      return await endSession(context, session, hold, progress, stated);
  } catch (error) {
    await releaseSession(folder, hold, hold.progress).catch(() => undefined);
    throw error;
  }
  await releaseSession(folder, hold, progress);
  return moreAnswer(progress.bytes);
}

/** Writes a chunk behind what is held, and answers what is held then. Nobody writes any more when it has ended. */
async function append(
  folder: Folder,
  hold: Hold,
  { first, total }: ContentRange,
  request: IncomingMessage,
): Promise<Progress> {
  const { progress: from } = hold;
  const file = await openHeld(folder, hold);
  try {
    const skip = from.bytes - (first ?? from.bytes);
    const progress = first === null ? from : (await receive(request, { file, from, skip })).progress;
    if (progress.bytes === total) await file.sync();
    else if (crossesStride(from, progress)) await file.datasync();
    return progress;
  } finally {
    await file.close();
  }
}

/** Whether nothing comes after this. With no bytes it must hold the total, or it only asks. */
function endsFile({ end, first, total }: ContentRange, { bytes }: Progress): boolean {
  return first === null ? total === bytes : end === total;
}

/** Compares the whole with its digest. If it is another, the session is lost: nobody knows which byte is wrong. */
async function endSession(
  context: DiskContext,
  { id, record }: OpenSession,
  hold: Hold,
  { bytes, crc }: Progress,
  stated: string,
): Promise<Answer> {
  const folder = await context.folder();
  const crc32 = crc32Digest(crc);
  if (crc32 !== stated) {
    await spoilSession(folder, hold);
    throw new StoreFault(400, 'BadDigest', 'The bytes of the session are not those of the file.');
  }
  await sealSession(folder, hold, nameOf(folder, record.key), {
    format: 1,
    key: record.key,
    size: bytes,
    ...record.head,
    crc32,
    version: toHex(folder.random.bytes(8)),
    session: id,
    storedAt: context.settings.clock.now(),
  });
  return doneAnswer();
}
