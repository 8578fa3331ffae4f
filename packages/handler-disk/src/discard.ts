import { isOurs } from '@mesibo-files/handler-core/provider';
import type { DiskContext } from './store/context.ts';
import { findObject, removeObject } from './store/objects.ts';
import { discardSession } from './store/sessions.ts';
import type { TicketFacts } from './ticket.ts';

/** Gives an upload up, and removes what is stored of it. What came through a session is in its place only when it is committed, and stays. */
export async function discard(context: DiskContext, facts: TicketFacts): Promise<void> {
  const folder = await context.folder();
  if (facts.session !== null) return discardSession(context, facts.session, facts.key);
  const record = await findObject(folder, facts.key);
  if (record !== null && isOurs(record.metadata, facts)) await removeObject(folder, facts.key);
}
