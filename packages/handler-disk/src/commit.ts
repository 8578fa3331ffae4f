import {
  type Commit,
  type CommitCall,
  inspectPending,
  isOurs,
  type Manifest,
  manifestFault,
  objectFault,
  pendingObject,
  type Refused,
  refused,
} from '@mesibo-files/handler-core/provider';
import { isErrno } from './format/codes.ts';
import { type ObjectRecord, storedObject } from './format/metadata.ts';
import { readPlanOf } from './read.ts';
import type { DiskContext } from './store/context.ts';
import { discardQuietly } from './store/folder.ts';
import { findObject, nameOf, placeObject, readSealed } from './store/objects.ts';
import {
  readRefused,
  readSession,
  refuseSession,
  sessionFolder,
  sessionState,
} from './store/session-state.ts';
import { discardSession } from './store/sessions.ts';
import type { TicketFacts } from './ticket.ts';

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

/** Renames a complete, sealed upload into place. The rename is the decision. */
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
  if (state.kind !== 'sealed') {
    // Another commit may have placed it between the two looks.
    const found = await findObject(folder, key);
    if (found?.session === id) return verify(context, facts, manifest, found);
    return { state: 'missing', parts: single ? [1] : [] };
  }
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

/** How what is stored differs from what was meant, or null. */
function faultIn(facts: TicketFacts, manifest: Manifest, record: ObjectRecord): Refused | null {
  const { size, contentType, crc32 } = record;
  return objectFault(facts, manifest, { size, contentType, digests: { crc32 } });
}

/**
 * Compares the object that is in its place with what is meant now. It stays in any case: it is another's, or it was
 * committed, or it is what was signed, for the store compared every byte of it.
 */
function verify(context: DiskContext, facts: TicketFacts, manifest: Manifest, found: ObjectRecord): Commit {
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
async function refuse(
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
