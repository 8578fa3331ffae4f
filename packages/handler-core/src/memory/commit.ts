import type { Commit, Manifest } from '../signer/signer.ts';
import { checkManifest, checkObject } from './commit-check.ts';
import { commitParts } from './commit-parts.ts';
import type { SignerContext } from './signer-context.ts';
import { ownObject, storedObject } from './stored-object.ts';
import type { TicketFacts } from './ticket.ts';

/** What a commit says when there is no object of this upload. */
function absent({ backend, settings }: SignerContext, ticket: TicketFacts): Commit {
  if (backend.objects.has(ticket.key)) {
    return { state: 'refused', code: 'object-exists', reason: 'Another object has this key.' };
  }
  const young = backend.clock.now() < ticket.begunAt + settings.keptFor;
  return ticket.shape === 'single' && young ? { state: 'missing', parts: [1] } : { state: 'gone' };
}

/** Ends an upload: see `Signer.commit`. Repeated, it finds the object that it made. */
export function commitUpload(context: SignerContext, ticket: TicketFacts, manifest: Manifest): Commit {
  const { backend } = context;
  const id = ticket.upload ?? '';
  const parts = backend.findParts(id, ticket.key);
  if (parts !== undefined) return commitParts(context, ticket, manifest, parts);
  const session = backend.findSession(id, ticket.key);
  if (session !== undefined && !session.complete) return { state: 'missing', parts: [] };
  const object = ownObject(context, ticket);
  if (object === undefined) return absent(context, ticket);
  const wrong = checkManifest(ticket, manifest) ?? checkObject(ticket, manifest, object);
  // What was put together from parts, or sealed, was committed before: only this manifest is wrong then.
  const uncommitted = ticket.shape === 'single' || session !== undefined;
  if (wrong !== null && uncommitted) backend.objects.delete(ticket.key);
  if (session !== undefined) backend.end(session.id);
  return wrong ?? { state: 'stored', object: storedObject(context, object) };
}
