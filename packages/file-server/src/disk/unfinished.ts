import type { SignerCall, Unfinished } from '@mesibo-files/handler-core';
import { enterCall } from '@mesibo-files/handler-core/provider';
import type { DiskContext } from './context.ts';
import { namesIn } from './folder/folder.ts';
import { nameOf } from './folder/objects.ts';
import { sessionIds } from './folder/session-folder.ts';
import { readSession } from './folder/session-record.ts';
import { sessionState } from './folder/session-state.ts';

/** Sessions under the prefix that were begun so long ago (milliseconds) and neither committed nor discarded. */
export async function* unfinished(
  context: DiskContext,
  olderThan: number,
  call: SignerCall,
): AsyncIterable<Unfinished> {
  const { clock, settings } = context;
  const { prefix } = settings;
  const folder = await context.folder();
  for (const id of sessionIds((await namesIn(folder.files, folder.staging)) ?? [])) {
    enterCall(clock, call);
    const record = await readSession(folder, id);
    if (record === null || !(clock.now() - record.begunAt > olderThan)) continue;
    if (prefix !== '' && !record.key.startsWith(`${prefix}/`)) continue;
    const state = await sessionState(folder, id, nameOf(folder, record.key));
    // One that is over waits for nothing but a sweep of the folder.
    if (state === null || state.kind === 'over') continue;
    yield { ticket: record.ticket, begunAt: record.begunAt };
  }
}
