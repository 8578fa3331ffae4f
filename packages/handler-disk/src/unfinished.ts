import { enterCall, type SignerCall, type Unfinished } from '@mesibo-files/handler-core/provider';
import { told } from './format/codes.ts';
import type { DiskContext } from './store/context.ts';
import { namesIn } from './store/files.ts';
import { nameOf } from './store/objects.ts';
import { readSession, type SessionRecord, sessionIds, sessionState } from './store/session-state.ts';

/** Sessions under the prefix that were begun so long ago (milliseconds) and neither committed nor discarded. */
export async function* unfinished(
  context: DiskContext,
  olderThan: number,
  call: SignerCall,
): AsyncIterable<Unfinished> {
  const { clock, settings } = context;
  const { prefix } = settings;
  const ids = await told('listing unfinished uploads', async () => {
    const folder = await context.folder();
    return sessionIds((await namesIn(folder.files, folder.staging)) ?? []);
  });
  for (const id of ids) {
    enterCall(clock, call);
    const record = await told('listing unfinished uploads', () => openSession(context, id));
    if (record === null || !(clock.now() - record.begunAt > olderThan)) continue;
    if (prefix !== '' && !record.key.startsWith(`${prefix}/`)) continue;
    yield { ticket: record.ticket, begunAt: record.begunAt };
  }
}

/** A session that is not over; one that is waits for nothing but a sweep of the folder. */
async function openSession(context: DiskContext, id: string): Promise<SessionRecord | null> {
  const folder = await context.folder();
  const record = await readSession(folder, id);
  if (record === null) return null;
  const state = await sessionState(folder, id, nameOf(folder, record.key));
  return state === null || state.kind === 'over' ? null : record;
}
