import type { Plan } from '../signer/plan.ts';
import type { Stored } from '../signer/signer.ts';
import type { FinalPlace, StagedObject } from './found-commit.ts';
import { isOurs } from './object-metadata.ts';
import { refusalIn } from './staged-commit.ts';
import type { CommonTicketFacts } from './ticket-facts.ts';

/** What `resume` answers. */
export interface Resumed {
  readonly plan: Plan | null;
  readonly stored: Stored;
}

/** Adds the plan to what the store holds. An upload that is gone needs none. */
export function resumed(stored: Stored, plan: () => Plan): Resumed {
  return { plan: stored.state === 'gone' ? null : plan(), stored };
}

/** Where an upload may be found whole. */
export interface EndedPlaces<Found extends StagedObject> {
  readonly final: Pick<FinalPlace<Found>, 'committed' | 'storedObject'>;
  /** The object that waits for a commit, or null. Absent where none can wait. */
  readonly waiting?: () => Promise<Found | null>;
  /** How an object that waits whole is answered. */
  readonly whole: (waiting: Found) => Stored;
}

/**
 * What `resume` answers of an upload that takes no more parts: its committed object, what waits whole for its commit,
 * or `otherwise`.
 *
 * @param otherwise - The answer where neither is there. It is told whether the final key is free.
 */
export async function endedUpload<Found extends StagedObject>(
  places: EndedPlaces<Found>,
  facts: CommonTicketFacts,
  otherwise: (free: boolean) => Stored,
): Promise<Stored> {
  const found = await places.final.committed();
  if (found !== null && isOurs(found.metadata, facts) && (facts.size ?? found.size) === found.size) {
    return { state: 'committed', object: await places.final.storedObject(found) };
  }
  const waiting = (await places.waiting?.()) ?? null;
  if (waiting === null) return otherwise(found === null);
  return refusalIn(waiting.metadata) === null ? places.whole(waiting) : { state: 'gone' };
}
