import type { Commit, Manifest } from '@mesibo-files/handler-core';
import {
  isOurs,
  manifestFault,
  objectFault,
  type Refused,
  refused,
} from '@mesibo-files/handler-core/provider';
import type { DiskContext } from './context.ts';
import { discardSession } from './discard.ts';
import type { ObjectRecord } from './folder/object-record.ts';
import { findObject } from './folder/objects.ts';
import { sessionFolder } from './folder/session-folder.ts';
import { refuseSession } from './folder/session-record.ts';
import { discardQuietly } from './folder/trash.ts';
import { storedObject } from './head.ts';
import type { TicketFacts } from './ticket.ts';

/** How what is stored differs from what was meant, or null. */
export function faultIn(facts: TicketFacts, manifest: Manifest, record: ObjectRecord): Refused | null {
  const { size, contentType, crc32 } = record;
  return objectFault(facts, manifest, { size, contentType, digests: { crc32 } });
}

/**
 * Compares the object that is in its place with what is meant now. It stays in any case: it is another's, or it was
 * committed, or it is what was signed, for the store compared every byte of it.
 */
export function verify(
  context: DiskContext,
  facts: TicketFacts,
  manifest: Manifest,
  found: ObjectRecord,
): Commit {
  if (!isOurs(found.metadata, facts) || found.session !== facts.session) {
    return refused('object-exists', 'the object there is of another transfer');
  }
  const fault = manifestFault(facts, manifest) ?? faultIn(facts, manifest, found);
  return fault ?? { state: 'stored', object: storedObject(context, found) };
}

/**
 * Gives an upload up that is not what was planned, or not wanted. A staged one keeps a mark of it, so that nothing
 * brings it back; unless a commit was quicker, whose file stays.
 */
export async function refuse(
  context: DiskContext,
  facts: TicketFacts & { readonly session: string },
  manifest: Manifest,
  why: Refused,
): Promise<Commit> {
  const { session, key, staging } = facts;
  if (staging === 'none') {
    await discardSession(context, session, key);
    return why;
  }
  const folder = await context.folder();
  await context.busy.evict(session);
  const marked = await refuseSession(folder, session, why);
  // What waited was taken away above, or was placed before: nobody can place it any more.
  const found = await findObject(folder, key);
  if (found?.session === session) {
    await discardQuietly(folder, sessionFolder(folder, session));
    return verify(context, facts, manifest, found);
  }
  return marked ? why : { state: 'gone' };
}
