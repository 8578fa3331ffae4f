import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { COPY_WITHIN, TAKE_OVER_AFTER } from '../limits.ts';
import { isErrno, StoreFault } from '../store-fault.ts';
import type { Folder } from './folder.ts';
import { heldName, type SessionState } from './session-state.ts';
import type { Hold } from './sessions.ts';

type Held = Extract<SessionState, { kind: 'free' | 'held' | 'taken' }>;

/**
 * Takes a session from a writer of which nothing was heard: its process was killed, or it runs on a machine that hangs.
 * It may come back and write on into the file that it has open. So the bytes are copied, and the copy goes on: what it
 * writes then is in no file that anyone will see. File systems that can do so share the blocks.
 * @throws StoreFault `SessionBusy` while the writer may well be at work
 */
export async function takeOver(folder: Folder, state: Held, writer: string, now: number): Promise<Hold> {
  const { files } = folder;
  const { progress } = state;
  const inFolder = (name: string): string => join(dirname(state.path), name);
  const taken = inFolder(heldName('taken', progress, writer));
  const copy = inFolder(`copy-${writer}`);
  const held = inFolder(heldName('held', progress, writer));
  try {
    const { mtimeMs, ctimeMs } = await files.stat(state.path);
    const patience = state.kind === 'taken' ? COPY_WITHIN : TAKE_OVER_AFTER;
    if (Math.abs(now - Math.max(mtimeMs, ctimeMs)) < patience) throw busy();
    await files.rename(state.path, taken);
    await files.copyFile(taken, copy, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    // Proves that nobody took it again meanwhile.
    await files.rename(taken, inFolder(`left-${writer}`));
    await files.rename(copy, held);
    await files.rm(inFolder(`left-${writer}`), { force: true });
  } catch (error) {
    throw isErrno(error, 'ENOENT') ? busy() : error;
  }
  return { writer, path: held, progress };
}

function busy(): StoreFault {
  return new StoreFault(503, 'SessionBusy', 'Another request writes to the session.', {
    headers: { 'retry-after': '1' },
  });
}
