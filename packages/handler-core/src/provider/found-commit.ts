import type { Digests } from '../digest/hash.ts';
import { TransferError } from '../errors/transfer-error.ts';
import type { ObjectFacts, StoredObject } from '../signer/object.ts';
import type { Commit, Manifest } from '../signer/signer.ts';
import { isOurs, senderOfTicket } from './object-metadata.ts';
import {
  type FoundObject,
  manifestFault,
  objectFault,
  type Refused,
  refused,
  ticketFault,
} from './refusal.ts';
import type { CommonTicketFacts } from './ticket-facts.ts';

/** An object of a store: what the commit compares, and its metadata. */
export interface StagedObject extends FoundObject {
  readonly metadata: Readonly<Record<string, string | undefined>>;
  /** What the store's own rules find wrong with it, as its kind of object or its storage class. Default null. */
  readonly wrong?: Refused | null;
}

/** A commit whose copy goes on; it is asked again so soon, in milliseconds. */
export const COPYING: Commit = { state: 'pending', retryAfter: 2000 };

/** The place that an upload has under its final key. */
export interface FinalPlace<Found extends StagedObject> {
  /** The object there, or null. */
  readonly committed: () => Promise<Found | null>;
  /** How it is answered; key and URL are the final ones. */
  readonly storedObject: (found: Found) => Promise<StoredObject>;
  /** Removes exactly this object. */
  readonly remove: (found: Found) => Promise<void>;
}

/**
 * What an earlier commit made, compared with this manifest; null when nothing was committed. Removes nothing: a
 * committed object stays, whatever a later commit claims.
 */
export async function earlierCommit<Found extends StagedObject>(
  place: Pick<FinalPlace<Found>, 'storedObject'> & {
    /** `busy`: an earlier commit decided, and its copy goes on. */
    readonly committed: () => Promise<Found | 'busy' | null>;
  },
  facts: CommonTicketFacts,
  manifest: Manifest,
): Promise<Commit | null> {
  const found = await place.committed();
  if (found === 'busy') return COPYING;
  return found === null ? null : compared(place, facts, manifest, found);
}

/**
 * Decides on the object under the final key. One that is not what was meant is removed only where no commit can have
 * accepted it: it contradicts the ticket, or this very commit made it. Others' objects are left.
 *
 * @param made - whether this commit put the object together
 */
export async function commitFound<Found extends StagedObject>(
  place: FinalPlace<Found>,
  facts: CommonTicketFacts,
  manifest: Manifest,
  found: Found,
  made = false,
): Promise<Commit> {
  const outcome = await compared(place, facts, manifest, found);
  if (outcome.state === 'refused' && isOurs(found.metadata, facts)) {
    if (made || contradiction(facts, found) !== null) await place.remove(found);
  }
  return outcome;
}

/**
 * Decides on the object that this commit just put together.
 * @throws `server-error` while the store does not show the object
 */
export async function commitMade<Found extends StagedObject>(
  place: FinalPlace<Found>,
  facts: CommonTicketFacts,
  manifest: Manifest,
): Promise<Commit> {
  const found = await place.committed();
  if (found !== null) return commitFound(place, facts, manifest, found, true);
  throw new TransferError('server-error', 'putting the parts together: the object is not there yet');
}

/** Decides on a file that was sent in one request. */
export async function commitSingle<Found extends StagedObject>(
  place: FinalPlace<Found>,
  facts: CommonTicketFacts,
  manifest: Manifest,
): Promise<Commit> {
  const found = await place.committed();
  return found === null ? { state: 'missing', parts: [1] } : commitFound(place, facts, manifest, found);
}

/**
 * The facts of an object that the store is known to hold as the ticket planned it, without asking the store.
 *
 * @param digests - of the whole, each compared by the store
 */
export function plannedFacts(
  facts: CommonTicketFacts,
  size: number,
  digests: Digests,
  version: string | null = null,
): ObjectFacts {
  return {
    size,
    contentType: facts.contentType,
    version,
    integrity: Object.keys(digests).length === 0 ? { kind: 'none' } : { kind: 'whole', digests },
    name: facts.name,
    sender: senderOfTicket(facts),
  };
}

/** The upload is no more: an earlier commit, whose answer was lost, may have ended it. */
export async function findCommitted<Found extends StagedObject>(
  place: FinalPlace<Found>,
  facts: CommonTicketFacts,
  manifest: Manifest,
): Promise<Commit> {
  const found = await place.committed();
  if (found === null || !isOurs(found.metadata, facts)) return { state: 'gone' };
  return commitFound(place, facts, manifest, found);
}

/** Removes the object of an upload that is refused, unless a commit may have accepted it. */
export async function dropContradiction<Found extends StagedObject>(
  place: FinalPlace<Found>,
  facts: CommonTicketFacts,
): Promise<void> {
  const found = await place.committed();
  if (found === null || !isOurs(found.metadata, facts)) return;
  if (contradiction(facts, found) !== null) await place.remove(found);
}

/** Removes the object of a trusted upload that its owner gives up. Others' objects are left. */
export async function dropOwn<Found extends StagedObject>(
  place: Pick<FinalPlace<Found>, 'committed' | 'remove'>,
  facts: CommonTicketFacts,
): Promise<void> {
  const found = await place.committed();
  if (found !== null && isOurs(found.metadata, facts)) await place.remove(found);
}

async function compared<Found extends StagedObject>(
  place: Pick<FinalPlace<Found>, 'storedObject'>,
  facts: CommonTicketFacts,
  manifest: Manifest,
  found: Found,
): Promise<Commit> {
  if (!isOurs(found.metadata, facts)) {
    return refused('object-exists', 'the object there is of another transfer');
  }
  const fault = found.wrong ?? manifestFault(facts, manifest) ?? objectFault(facts, manifest, found);
  return fault ?? { state: 'stored', object: await place.storedObject(found) };
}

/** Why no commit can have accepted an object, whatever a manifest claims; or null. */
function contradiction(facts: CommonTicketFacts, found: StagedObject): Refused | null {
  return found.wrong ?? ticketFault(facts, found);
}
