import type { DigestAlgorithm, Digests } from '../digest/hash.ts';
import { normaliseMediaType } from '../naming/media-type.ts';
import type { Commit, Manifest } from '../signer/signer.ts';
import type { CommonTicketFacts } from './ticket-facts.ts';

/** A commit that was refused. */
export type Refused = Extract<Commit, { state: 'refused' }>;

export function refused(code: Refused['code'], reason: string): Refused {
  return { state: 'refused', code, reason };
}

/** What a manifest claims beyond what was planned, or null. */
export function manifestFault(facts: CommonTicketFacts, manifest: Manifest): Refused | null {
  if (facts.size !== null && manifest.size !== facts.size) {
    return refused('size-mismatch', `${manifest.size} bytes were sent, ${facts.size} planned`);
  }
  if (manifest.size > facts.maxSize) {
    return refused('file-too-large', `${manifest.size} bytes are more than ${facts.maxSize}`);
  }
  return null;
}

/** What the store says of an object, as far as it can be compared with what was meant. */
export interface FoundObject {
  readonly size: number;
  /** Null where it says nothing of the bytes sent: it was bound when the upload began. */
  readonly contentType: string | null;
  /** Digests of the whole; those that both sides know are compared. */
  readonly digests: Digests;
}

/**
 * How an object contradicts the ticket itself, whatever a manifest claims, or null. No commit of the upload can have
 * accepted such an object.
 */
export function ticketFault(facts: CommonTicketFacts, found: FoundObject): Refused | null {
  if (facts.size !== null && found.size !== facts.size) {
    return refused('size-mismatch', `the store holds ${found.size} bytes, ${facts.size} were planned`);
  }
  if (found.size > facts.maxSize) {
    return refused('file-too-large', `the store holds ${found.size} bytes, ${facts.maxSize} are allowed`);
  }
  return typeFault(facts, found);
}

/** Stores write types in their own way: other case, other blanks. What is no type equals nothing but itself. */
function sameType(found: string, meant: string): boolean {
  return found === meant || (normaliseMediaType(found) ?? found) === normaliseMediaType(meant);
}

/** How an object differs from what was meant, or null. */
export function objectFault(
  facts: CommonTicketFacts,
  manifest: Manifest,
  found: FoundObject,
): Refused | null {
  if (found.size !== manifest.size) {
    return refused('size-mismatch', `the store holds ${found.size} bytes of ${manifest.size}`);
  }
  const type = typeFault(facts, found);
  if (type !== null) return type;
  // The only part of a single request is the whole.
  const [first, ...others] = manifest.parts;
  const meant: Digests = { ...manifest.digests, ...(others.length === 0 ? first?.digests : {}) };
  for (const [name, stated] of Object.entries(found.digests)) {
    const expected = meant[name as DigestAlgorithm];
    if (expected !== undefined && stated !== expected) {
      return refused('digest-mismatch', 'the store holds other bytes than were sent');
    }
  }
  return null;
}

function typeFault(facts: CommonTicketFacts, { contentType }: FoundObject): Refused | null {
  if (contentType === null || sameType(contentType, facts.contentType)) return null;
  return refused('type-refused', 'the store holds another content type than was planned');
}
