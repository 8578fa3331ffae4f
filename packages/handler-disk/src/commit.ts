import type { Commit, CommitCall, Manifest } from '@mesibo-files/handler-core';
import { inspectPending, manifestFault, pendingObject, refused } from '@mesibo-files/handler-core/provider';
import type { DiskContext } from './context.ts';
import { readSealed } from './folder/object-record.ts';
import { findObject, nameOf, placeObject } from './folder/objects.ts';
import { sessionFolder } from './folder/session-folder.ts';
import { readRefused, readSession } from './folder/session-record.ts';
import { sessionState } from './folder/session-state.ts';
import { discardQuietly } from './folder/trash.ts';
import { storedObject } from './head.ts';
import { readPlanOf } from './read.ts';
import { isErrno } from './store-fault.ts';
import type { TicketFacts } from './ticket.ts';
import { faultIn, refuse, verify } from './verify.ts';

/** Ends an upload: idempotent, whatever its shape. What is in its place was committed, and stays. */
export async function commit(
  context: DiskContext,
  facts: TicketFacts,
  manifest: Manifest,
  call: CommitCall,
): Promise<Commit> {
  const found = await findObject(await context.folder(), facts.key);
  if (found !== null && (facts.session === null || found.session === facts.session)) {
    return verify(context, facts, manifest, found);
  }
  const { session } = facts;
  if (session === null) return manifestFault(facts, manifest) ?? { state: 'missing', parts: [1] };
  return commitWaiting(context, { ...facts, session }, manifest, call);
}

/** What waits, complete and sealed, becomes an object: by one rename, which is the decision. */
async function commitWaiting(
  context: DiskContext,
  facts: TicketFacts & { readonly session: string },
  manifest: Manifest,
  call: CommitCall,
): Promise<Commit> {
  const { session: id, key, single } = facts;
  const folder = await context.folder();
  const before = await readRefused(folder, id);
  if (before !== null) return refuse(context, facts, manifest, before);
  const session = await readSession(folder, id);
  if (session === null || session.key !== key) return decidedMeanwhile(context, facts, manifest);
  const claimed = manifestFault(facts, manifest);
  if (claimed !== null) return refuse(context, facts, manifest, claimed);
  await context.busy.evict(id);
  const state = await sessionState(folder, id, nameOf(folder, key));
  if (state === null || state.kind === 'over') return decidedMeanwhile(context, facts, manifest);
  if (state.kind !== 'sealed') return { state: 'missing', parts: single ? [1] : [] };
  const record = await readSealed(folder, state.path);
  if (record === null) return decidedMeanwhile(context, facts, manifest);
  const fault = faultIn(facts, manifest, record);
  if (fault !== null) return refuse(context, facts, manifest, fault);
  const pending = pendingObject(facts, storedObject(context, record), async () =>
    readPlanOf(context, record, id),
  );
  const decided = await inspectPending(call, pending);
  if (decided?.state === 'refused') return refuse(context, facts, manifest, decided);
  if (decided !== null) return decided;
  try {
    if (!(await placeObject(folder, state.path, key))) {
      return refuse(context, facts, manifest, refused('object-exists', 'another object is in its place'));
    }
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    return decidedMeanwhile(context, facts, manifest);
  }
  await discardQuietly(folder, sessionFolder(folder, id));
  return decidedMeanwhile(context, facts, manifest);
}

/** Nothing waits any more: this commit placed the object, or another decided, or the upload was discarded. */
async function decidedMeanwhile(
  context: DiskContext,
  facts: TicketFacts & { readonly session: string },
  manifest: Manifest,
): Promise<Commit> {
  const folder = await context.folder();
  const found = await findObject(folder, facts.key);
  if (found !== null) return verify(context, facts, manifest, found);
  return (await readRefused(folder, facts.session)) ?? { state: 'gone' };
}
