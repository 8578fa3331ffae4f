import type { Commit, Manifest } from '@mesibo-files/handler-core';
import { manifestFault, refused } from '@mesibo-files/handler-core/provider';
import type { DiskContext } from './context.ts';
import { readSealed } from './folder/object-record.ts';
import { findObject, nameOf, placeObject } from './folder/objects.ts';
import { sessionFolder } from './folder/session-folder.ts';
import { readSession } from './folder/session-record.ts';
import { sessionState } from './folder/session-state.ts';
import { discardQuietly } from './folder/trash.ts';
import { isErrno } from './store-fault.ts';
import type { TicketFacts } from './ticket.ts';
import { faultIn, refuse, verify } from './verify.ts';

/** Ends an upload: idempotent, whatever its shape. */
export async function commit(context: DiskContext, facts: TicketFacts, manifest: Manifest): Promise<Commit> {
  const fault = manifestFault(facts, manifest);
  if (fault !== null) return refuse(context, facts, fault);
  const found = await findObject(await context.folder(), facts.key);
  if (found !== null && (facts.session === null || found.session === facts.session)) {
    return verify(context, facts, manifest, found);
  }
  if (facts.session === null) return { state: 'missing', parts: [1] };
  return commitSession(context, facts, facts.session, manifest);
}

/** A session whose bytes are all there is sealed; now it becomes an object. */
async function commitSession(
  context: DiskContext,
  facts: TicketFacts,
  id: string,
  manifest: Manifest,
): Promise<Commit> {
  const folder = await context.folder();
  const session = await readSession(folder, id);
  if (session === null || session.key !== facts.key) return { state: 'gone' };
  await context.busy.evict(id);
  const state = await sessionState(folder, id, nameOf(folder, facts.key));
  if (state === null || state.kind === 'over') return committedMeanwhile(context, facts, manifest);
  if (state.kind !== 'sealed') return { state: 'missing', parts: [] };
  const record = await readSealed(folder, state.path);
  const fault = record === null ? null : faultIn(facts, manifest, record);
  if (fault !== null) return refuse(context, facts, fault);
  try {
    if (!(await placeObject(folder, state.path, facts.key))) {
      return refuse(context, facts, refused('object-exists', 'another object is in its place'));
    }
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
  await discardQuietly(folder, sessionFolder(folder, id));
  return committedMeanwhile(context, facts, manifest);
}

/** The session is no more: this commit, or another of the same upload, placed its object. */
async function committedMeanwhile(
  context: DiskContext,
  facts: TicketFacts,
  manifest: Manifest,
): Promise<Commit> {
  const found = await findObject(await context.folder(), facts.key);
  return found === null ? { state: 'gone' } : verify(context, facts, manifest, found);
}
