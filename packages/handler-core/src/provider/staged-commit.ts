import { fromBase64Url, toBase64Url } from '../digest/base64.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { StoredObject } from '../signer/object.ts';
import type { Commit, CommitCall, Manifest, PendingObject } from '../signer/signer.ts';
import { COPYING, earlierCommit, type StagedObject } from './found-commit.ts';
import { isOurs, senderOfTicket } from './object-metadata.ts';
import { manifestFault, objectFault, type Refused, refused } from './refusal.ts';
import type { CommonTicketFacts } from './ticket-facts.ts';
import { isSwept } from './unfinished-uploads.ts';

/** How many times a commit looks again at an object that changes meanwhile. */
const MOST_LOOKS = 3;

/** The longest reason that is kept with a refused upload, in characters. */
const MAX_REASON = 300;

/** The object under the pending name, after its complete parts were put together. */
export type Landed<Found> =
  | { readonly state: 'found'; readonly found: Found }
  | { readonly state: 'missing'; readonly parts: readonly number[] }
  /** It can't become what was planned. */
  | { readonly state: 'refused'; readonly why: Refused }
  /** Nothing is there; `answer` is what that means unless the upload was committed before. */
  | { readonly state: 'absent'; readonly answer: Commit };

/** What a store does for the commit of one staged upload. Each line is a question or an order to the store. */
export interface StagedStore<Found extends StagedObject> {
  /** What landed under the pending name. */
  readonly landed: () => Promise<Landed<Found>>;
  /** The object under the final key, or null. `busy`: an earlier commit decided, and its copy goes on. */
  readonly committed: () => Promise<Found | 'busy' | null>;
  /** How the final object is answered; its key and URL are the final ones. */
  readonly storedObject: (found: Found) => Promise<StoredObject>;
  /** A signed GET of the pending object, for the owner. */
  readonly read: NonNullable<PendingObject['read']>;
  /**
   * The store's own copy or rename of exactly this version to the final key, with the metadata of the ticket, and only
   * if nothing is there. `exists`: something is. `changed`: another version waits now, or none. `busy`: it goes on.
   */
  readonly promote: (found: Found) => Promise<StoredObject | 'exists' | 'changed' | 'busy'>;
  /**
   * Whether `promote` itself finds an object under the final key, in the store. Where it can not, the key is looked at
   * before. Default true.
   */
  readonly conditional?: boolean;
  /** Removes what waits under the pending name. */
  readonly drop: () => Promise<void>;
  /**
   * Replaces what waits, and what is not put together yet, by an empty object with this metadata, so that no later
   * request brings the upload back.
   */
  readonly mark: (metadata: Record<string, string>) => Promise<void>;
}

/** Commits a staged upload: verifies what waits, asks the owner, promotes it. Decides once, whatever comes later. */
export async function commitStaged<Found extends StagedObject>(
  store: StagedStore<Found>,
  facts: CommonTicketFacts,
  manifest: Manifest,
  call: CommitCall,
): Promise<Commit> {
  // Before anything is counted by it: a number of parts follows from the size.
  const claimed = manifestFault(facts, manifest);
  if (claimed !== null) return refuseStaged(store, facts, manifest, claimed);
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const landed = await store.landed();
    if (landed.state === 'missing') return landed;
    if (landed.state === 'refused') return refuseStaged(store, facts, manifest, landed.why);
    if (landed.state === 'absent') return (await earlierCommit(store, facts, manifest)) ?? landed.answer;
    const { found } = landed;
    const before = refusalIn(found.metadata);
    // A refusal that met a commit on its way marks what was stored already: that stays so.
    if (before !== null) return (await earlierCommit(store, facts, manifest)) ?? before;
    const fault = found.wrong ?? objectFault(facts, manifest, found);
    if (fault !== null) return refuseStaged(store, facts, manifest, fault);
    if (call.inspect !== undefined || store.conditional === false) {
      // Does not look again at bytes that were sent after the commit.
      const earlier = await earlierCommit(store, facts, manifest);
      if (earlier !== null) return dropStray(store, earlier);
    }
    if (call.inspect !== undefined) {
      const decided = await inspectPending(
        call,
        pendingObject(facts, await store.storedObject(found), store.read),
      );
      if (decided?.state === 'refused') return refuseStaged(store, facts, manifest, decided);
      if (decided !== null) return decided;
    }
    const promoted = await store.promote(found);
    if (promoted === 'busy') return COPYING;
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
 * Throws when a staged upload was decided, so that nothing more is signed for it.
 * @throws `upload-ended`
 */
export async function assertUndecided<Found extends StagedObject>(
  waiting: StagedObject | null,
  committed: StagedStore<Found>['committed'],
  facts: CommonTicketFacts,
): Promise<void> {
  const over = waiting === null ? null : refusalIn(waiting.metadata);
  if (over !== null) throw new TransferError('upload-ended', `This upload was refused: ${over.reason}.`);
  const found = await committed();
  if (found === 'busy' || (found !== null && isOurs(found.metadata, facts))) {
    throw new TransferError('upload-ended', 'This upload was committed.');
  }
}

/**
 * Gives up what waits under a pending name. The mark of a refusal stays: the sweeper or the store's lifecycle rule
 * removes it later.
 */
export async function dropPending<Found extends StagedObject>(
  place: {
    readonly waiting: () => Promise<Found | null>;
    /** Removes exactly this object. */
    readonly remove: (found: Found) => Promise<void>;
  },
  facts: CommonTicketFacts,
): Promise<void> {
  const found = await place.waiting();
  if (found === null) return;
  if (isSwept(facts) || refusalIn(found.metadata) === null) await place.remove(found);
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
  // First the mark: no copy of what waited can begin after it. Then a look whether one was quicker.
  await store.mark(refusalMetadata(why));
  const earlier = await earlierCommit(store, facts, manifest);
  return earlier === null ? why : dropStray(store, earlier);
}

/**
 * Cleans up after a decision, once no copy needs what waited. A failure changes nothing of the decision: the store's
 * lifecycle rule and the sweeper come later.
 */
async function dropStray<Found extends StagedObject>(
  store: StagedStore<Found>,
  outcome: Commit,
): Promise<Commit> {
  if (outcome.state !== 'pending') await store.drop().catch(() => undefined);
  return outcome;
}
