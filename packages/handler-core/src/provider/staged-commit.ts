import { fromBase64Url, toBase64Url } from '../digest/base64.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { StoredObject } from '../signer/object.ts';
import type { Commit, CommitCall, Manifest, PendingObject } from '../signer/signer.ts';
import { isOurs, senderOfTicket } from './object-metadata.ts';
import { type FoundObject, manifestFault, objectFault, type Refused, refused } from './refusal.ts';
import type { CommonTicketFacts } from './ticket-facts.ts';

/** So often an object that changes while it is looked at is looked at again. */
const MOST_LOOKS = 3;

/** The longest reason that is kept with a refused upload, in characters. */
const MAX_REASON = 300;

/** How soon a commit whose copy goes on is asked again, in milliseconds. */
const COPY_PAUSE = 2000;

/** An object of a store: what the commit compares, and its metadata. */
export interface StagedObject extends FoundObject {
  readonly metadata: Readonly<Record<string, string | undefined>>;
}

/** What was found under the pending name, after parts that are all there were put together. */
export type Landed<Found> =
  | { readonly state: 'found'; readonly found: Found }
  | { readonly state: 'missing'; readonly parts: readonly number[] }
  /** Nothing is there; `answer` is what that means unless the upload was committed before. */
  | { readonly state: 'absent'; readonly answer: Commit };

/** What a store does for the commit of one staged upload. Each line is a question or an order to the store. */
export interface StagedStore<Found extends StagedObject> {
  /** What landed under the pending name. */
  readonly landed: () => Promise<Landed<Found>>;
  /** The object under the final key, or null. */
  readonly committed: () => Promise<Found | null>;
  /** How the final object is answered; its key and URL are the final ones. */
  readonly storedObject: (found: Found) => Promise<StoredObject>;
  /** A signed GET of the pending object, for the owner. */
  readonly read: NonNullable<PendingObject['read']>;
  /**
   * The store's own copy or rename of exactly this version to the final key, with the metadata of the ticket, and only
   * if nothing is there. `exists`: something is. `changed`: another version waits now, or none. `busy`: it goes on.
   */
  readonly promote: (found: Found) => Promise<StoredObject | 'exists' | 'changed' | 'busy'>;
  /** Removes what waits under the pending name. */
  readonly drop: () => Promise<void>;
  /** Replaces what waits by an empty object with this metadata, so that no later request brings the upload back. */
  readonly mark: (metadata: Record<string, string>) => Promise<void>;
}

/** Commits a staged upload: verifies what waits, asks the owner, promotes it. Decides once, whatever comes later. */
export async function commitStaged<Found extends StagedObject>(
  store: StagedStore<Found>,
  facts: CommonTicketFacts,
  manifest: Manifest,
  call: CommitCall,
): Promise<Commit> {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const landed = await store.landed();
    if (landed.state === 'missing') return landed;
    if (landed.state === 'absent') return (await earlierCommit(store, facts, manifest)) ?? landed.answer;
    const { found } = landed;
    const before = refusalIn(found.metadata);
    if (before !== null) return before;
    const fault = manifestFault(facts, manifest) ?? objectFault(facts, manifest, found);
    if (fault !== null) return refuseStaged(store, facts, manifest, fault);
    if (call.inspect !== undefined) {
      // Whoever sends again after the commit is not looked at again.
      const earlier = await earlierCommit(store, facts, manifest);
      if (earlier !== null) return dropStray(store, earlier);
      const decided = await inspectPending(
        call,
        pendingObject(facts, await store.storedObject(found), store.read),
      );
      if (decided?.state === 'refused') return refuseStaged(store, facts, manifest, decided);
      if (decided !== null) return decided;
    }
    const promoted = await store.promote(found);
    if (promoted === 'busy') return { state: 'pending', retryAfter: COPY_PAUSE };
    if (promoted === 'exists') {
      const earlier = await earlierCommit(store, facts, manifest);
      if (earlier !== null) return dropStray(store, earlier);
    } else if (promoted !== 'changed') return dropStray(store, { state: 'stored', object: promoted });
  }
  throw new TransferError('server-error', 'committing: the object changes while it is being committed');
}

/** Asks the owner, if there is one to ask. Null: keep it. */
export async function inspectPending(call: CommitCall, pending: PendingObject): Promise<Commit | null> {
  if (call.inspect === undefined) return null;
  const verdict = await call.inspect(pending);
  if (verdict.verdict === 'remove') return refused('forbidden', verdict.reason.slice(0, MAX_REASON));
  return verdict.verdict === 'later' ? { state: 'pending', retryAfter: verdict.retryAfter } : null;
}

/** The pending object as the owner sees it: whose it is and what it is called are the ticket's, not the client's. */
export function pendingObject(
  facts: CommonTicketFacts,
  object: StoredObject,
  read: PendingObject['read'],
): PendingObject {
  const { contentType, name } = facts;
  return { ...object, contentType, name, sender: senderOfTicket(facts), read };
}

/**
 * What an earlier commit made, compared with this manifest; null when nothing was committed. Removes nothing: a
 * committed object stays, whatever a later commit claims.
 */
export async function earlierCommit<Found extends StagedObject>(
  store: Pick<StagedStore<Found>, 'committed' | 'storedObject'>,
  facts: CommonTicketFacts,
  manifest: Manifest,
): Promise<Commit | null> {
  const found = await store.committed();
  if (found === null) return null;
  if (!isOurs(found.metadata, facts)) {
    return refused('object-exists', 'the object there is of another transfer');
  }
  const fault = manifestFault(facts, manifest) ?? objectFault(facts, manifest, found);
  return fault ?? { state: 'stored', object: await store.storedObject(found) };
}

/**
 * Throws when a staged upload was decided, so that nothing more is signed for it.
 * @throws `upload-ended`
 */
export async function assertUndecided<Found extends StagedObject>(
  waiting: StagedObject | null,
  committed: () => Promise<Found | null>,
  facts: CommonTicketFacts,
): Promise<void> {
  const over = waiting === null ? null : refusalIn(waiting.metadata);
  if (over !== null) throw new TransferError('upload-ended', `This upload was refused: ${over.reason}.`);
  const found = await committed();
  if (found !== null && isOurs(found.metadata, facts)) {
    throw new TransferError('upload-ended', 'This upload was committed.');
  }
}

const REFUSED = 'mesiborefused';
const REASON = 'mesiboreason';

const CODES: readonly Refused['code'][] = [
  'size-mismatch',
  'digest-mismatch',
  'type-refused',
  'object-exists',
  'file-too-large',
  'forbidden',
];

/** Metadata that marks an upload as refused. ASCII only. */
export function refusalMetadata({ code, reason }: Refused): Record<string, string> {
  return { [REFUSED]: code, [REASON]: toBase64Url(new TextEncoder().encode(reason.slice(0, MAX_REASON))) };
}

/** The refusal that an object's metadata marks, or null. */
export function refusalIn(metadata: StagedObject['metadata']): Refused | null {
  const marked = metadata[REFUSED];
  if (marked === undefined) return null;
  const bytes = fromBase64Url(metadata[REASON] ?? '');
  const code = CODES.find((each) => each === marked) ?? 'forbidden';
  return refused(code, bytes === null ? 'it was refused' : new TextDecoder().decode(bytes));
}

/** Refuses an upload for good; unless it was committed before, which stays so. */
async function refuseStaged<Found extends StagedObject>(
  store: StagedStore<Found>,
  facts: CommonTicketFacts,
  manifest: Manifest,
  why: Refused,
): Promise<Commit> {
  const earlier = await earlierCommit(store, facts, manifest);
  if (earlier !== null) return dropStray(store, earlier);
  await store.mark(refusalMetadata(why));
  return why;
}

/** Cleans up after a decision. A failure changes nothing of it: the store's lifecycle rule and the sweeper come later. */
async function dropStray<Found extends StagedObject>(
  store: StagedStore<Found>,
  outcome: Commit,
): Promise<Commit> {
  await store.drop().catch(() => undefined);
  return outcome;
}
