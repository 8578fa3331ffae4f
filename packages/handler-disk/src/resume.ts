import { isOurs, type PartFacts, type Plan, type Stored } from '@mesibo-files/handler-core/provider';
import { planOf } from './begin.ts';
import { storedObject } from './format/metadata.ts';
import type { DiskContext } from './store/context.ts';
import type { Folder } from './store/folder.ts';
import { findObject, nameOf, readSealed } from './store/objects.ts';
import { readRefused, readSession, type SessionState, sessionState } from './store/session-state.ts';
import type { TicketFacts } from './ticket.ts';

/** What the store holds of an upload: so many bytes of a session, the whole, or nothing any more. */
export async function resume(
  context: DiskContext,
  facts: TicketFacts,
): Promise<{ readonly plan: Plan | null; readonly stored: Stored }> {
  const stored = await storedOf(context, facts);
  if (stored.state === 'gone') return { plan: null, stored };
  return { plan: planOf(context.settings, facts, context.clock.now(), []), stored };
}

async function storedOf(context: DiskContext, facts: TicketFacts): Promise<Stored> {
  const folder = await context.folder();
  const { key, session } = facts;
  const found = await findObject(folder, key);
  if (found !== null && isOurs(found.metadata, facts) && (facts.size ?? found.size) === found.size) {
    return { state: 'committed', object: storedObject(context, found) };
  }
  // A trusted client's request leaves nothing behind that could be gone: it is sent again.
  if (session === null) return found === null ? { state: 'parts', parts: [] } : { state: 'gone' };
  if ((await readSession(folder, session))?.key !== key) return { state: 'gone' };
  if ((await readRefused(folder, session)) !== null) return { state: 'gone' };
  const state = await sessionState(folder, session, nameOf(folder, key));
  if (state === null || state.kind === 'over') return { state: 'gone' };
  if (facts.single) return { state: 'parts', parts: await onlyPart(folder, state) };
  // A sealed upload says `done` when asked, and is committed then.
  return { state: 'offset', offset: state.kind === 'sealed' ? null : state.progress.bytes };
}

/** One request that has come, and waits for its commit; or nothing. */
async function onlyPart(folder: Folder, state: SessionState): Promise<readonly PartFacts[]> {
  const record = state.kind === 'sealed' ? await readSealed(folder, state.path) : null;
  return record === null ? [] : [{ number: 1, size: record.size, digests: { crc32: record.crc32 } }];
}
