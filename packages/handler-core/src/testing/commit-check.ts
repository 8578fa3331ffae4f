import type { Digests } from '../signer/digests.ts';
import type { Commit, Manifest } from '../signer/signer.ts';
import type { ObjectRecord } from './records.ts';
import type { SignerContext } from './signer-context.ts';
import type { TicketFacts } from './ticket.ts';

/** Why a commit refuses what is stored. */
export type CommitRefusal = Extract<Commit, { state: 'refused' }>;

/** Whether two lists of digests contradict each other. */
export function contradict(left: Digests, right: Digests): boolean {
  const names = Object.keys(left) as (keyof Digests)[];
  return names.some((name) => right[name] !== undefined && right[name] !== left[name]);
}

/** Compares a manifest with its ticket; null when it may be. */
export function checkManifest(ticket: TicketFacts, manifest: Manifest): CommitRefusal | null {
  if (manifest.size > ticket.maxSize) {
    return { state: 'refused', code: 'file-too-large', reason: 'The file has more bytes than were planned.' };
  }
  if (ticket.size !== null && manifest.size !== ticket.size) {
    return { state: 'refused', code: 'size-mismatch', reason: 'The file has another size than was planned.' };
  }
  return null;
}

/** Compares an object with what was planned and sent; null when it is the same. */
export function checkObject(
  ticket: TicketFacts,
  manifest: Manifest,
  object: Pick<ObjectRecord, 'bytes' | 'contentType' | 'integrity'>,
): CommitRefusal | null {
  const refused = (code: CommitRefusal['code'], reason: string): CommitRefusal => ({
    state: 'refused',
    code,
    reason,
  });
  if (object.bytes.size !== manifest.size)
    return refused('size-mismatch', 'Another size is stored than was sent.');
  if (object.contentType !== ticket.contentType)
    return refused('type-refused', 'Another content type is stored.');
  const sent =
    ticket.shape === 'single' ? [manifest.digests, manifest.parts[0]?.digests ?? {}] : [manifest.digests];
  const held = object.integrity.kind === 'whole' ? object.integrity.digests : {};
  return sent.some((digests) => contradict(digests, held))
    ? refused('digest-mismatch', 'Other bytes are stored than were sent.')
    : null;
}

/** What a commit says when there is no object of this upload. */
export function absent({ backend, settings }: SignerContext, ticket: TicketFacts): Commit {
  if (backend.objects.has(ticket.key)) {
    return { state: 'refused', code: 'object-exists', reason: 'Another object has this key.' };
  }
  const young = backend.clock.now() < ticket.begunAt + settings.keptFor;
  return ticket.shape === 'single' && young ? { state: 'missing', parts: [1] } : { state: 'gone' };
}
