import type { IncomingMessage } from 'node:http';
import { toHex } from '@mesibo-files/handler-core/provider';
import { StoreFault } from '../../format/codes.ts';
import { crc32Digest, isCrc32Digest } from '../../format/digests.ts';
import { type ContentRange, readContentRange } from '../../format/headers.ts';
import { DIGEST_HEADER } from '../../format/metadata.ts';
import type { DiskContext } from '../context.ts';
import type { Folder } from '../folder.ts';
import { findObject, nameOf } from '../objects.ts';
import {
  type Progress,
  readSession,
  type SessionRecord,
  type SessionState,
  sessionState,
} from '../session-state.ts';
import {
  crossesStride,
  type Hold,
  holdSession,
  openHeld,
  releaseSession,
  sealSession,
  spoilSession,
} from '../sessions.ts';
import { type Answer, doneAnswer, moreAnswer } from './answer.ts';
import { bodySize, receive } from './receive.ts';

/** A chunk, a question for the offset, or the end of a session. */
export async function putSession(
  context: DiskContext,
  id: string,
  key: string,
  request: IncomingMessage,
): Promise<Answer> {
  const folder = await context.folder();
  const record = await readSession(folder, id);
  if (record === null || record.key !== key) return overAnswer(folder, id, key);
  const range = readContentRange(request.headers['content-range']);
  checkRange(record, range, bodySize(request));
  const left = await context.busy.enter(id, () => request.destroy());
  try {
    const state = await sessionState(folder, id, nameOf(folder, key));
    if (state === null || state.kind === 'over') return await overAnswer(folder, id, key);
    if (state.kind === 'sealed') return doneAnswer();
    if (asksOnly(range, state)) return moreAnswer(state.progress.bytes);
    return await appendChunk(context, { id, record }, state, range, request);
  } finally {
    left();
  }
}

/** There is no such session: its object may be in its place. */
async function overAnswer(folder: Folder, id: string, key: string): Promise<Answer> {
  const found = await findObject(folder, key);
  if (found?.session === id) return doneAnswer();
  throw new StoreFault(404, 'NoSuchUpload', 'There is no such session. It was discarded, or swept.');
}

/** What the file can't have is refused before a byte of it is read. */
function checkRange(
  { size, maxSize }: SessionRecord,
  { first, end, total }: ContentRange,
  body: number,
): void {
  if (body !== (first === null ? 0 : end - first)) {
    throw new StoreFault(400, 'InvalidRequest', 'The body has another length than its Content-Range.');
  }
  if (Math.max(end, total ?? 0) > maxSize) {
    throw new StoreFault(413, 'EntityTooLarge', `The session takes ${maxSize} bytes.`);
  }
  if (size !== null && total !== null && total !== size) {
    throw new StoreFault(400, 'InvalidRequest', `The session was begun for ${size} bytes.`);
  }
}

/** A chunk with no bytes that does not end the file only asks; a chunk beyond the end is told only the place. */
function asksOnly(
  { first, total }: ContentRange,
  state: Exclude<SessionState, { kind: 'sealed' | 'over' }>,
): boolean {
  const { bytes } = state.progress;
  return first === null ? total !== bytes : first > bytes;
}

/** A session as a request finds it. */
interface OpenSession {
  readonly id: string;
  readonly record: SessionRecord;
}

type Unsealed = Exclude<SessionState, { kind: 'sealed' | 'over' }>;

/** Appends a chunk, and ends the session with the last one. Of a chunk that breaks off, what came is kept. */
async function appendChunk(
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
