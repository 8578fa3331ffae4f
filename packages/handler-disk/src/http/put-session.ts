import type { IncomingMessage } from 'node:http';
import type { DiskContext } from '../context.ts';
import type { Folder } from '../folder/folder.ts';
import { findObject, nameOf } from '../folder/objects.ts';
import { readSession, type SessionRecord } from '../folder/session-record.ts';
import { type SessionState, sessionState } from '../folder/session-state.ts';
import { StoreFault } from '../store-fault.ts';
import type { Answer } from './answer.ts';
import { appendChunk } from './append-chunk.ts';
import { bodySize } from './body-size.ts';
import { type ContentRange, readContentRange } from './content-range.ts';
import { doneAnswer, moreAnswer } from './session-answers.ts';

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

/** One that has no bytes and does not end the file only asks; and of a chunk beyond the end only the place is told. */
function asksOnly(
  { first, total }: ContentRange,
  state: Exclude<SessionState, { kind: 'sealed' | 'over' }>,
): boolean {
  const { bytes } = state.progress;
  return first === null ? total !== bytes : first > bytes;
}
