import { isOurs } from '@mesibo-files/handler-core/provider';
import type { DiskContext } from './context.ts';
import { findObject, removeObject } from './folder/objects.ts';
import { sessionFolder } from './folder/session-folder.ts';
import { readSession } from './folder/session-record.ts';
import { discardFolder } from './folder/trash.ts';
import type { TicketFacts } from './ticket.ts';

/** Gives an upload up, and removes what is stored of it. What came through a session is in its place only when it is committed, and stays. */
export async function discard(context: DiskContext, facts: TicketFacts): Promise<void> {
  const folder = await context.folder();
  if (facts.session !== null) return discardSession(context, facts.session, facts.key);
  const record = await findObject(folder, facts.key);
  if (record !== null && isOurs(record.metadata, facts)) await removeObject(folder, facts.key);
}

/** Ends a session, if it is of this key, and removes what it holds. Answers nothing: that it is gone is as good. */
export async function discardSession(context: DiskContext, id: string, key: string): Promise<void> {
  const folder = await context.folder();
  const record = await readSession(folder, id);
  if (record === null || record.key !== key) return;
  await context.busy.evict(id);
  await discardFolder(folder, sessionFolder(folder, id));
}
