import type { Commit, CommitCall, Manifest } from '../signer/signer.ts';
import { absent, checkManifest, checkObject } from './commit-check.ts';
import { commitParts } from './commit-parts.ts';
import { commitStaged } from './commit-staged.ts';
import { isStaged } from './landing.ts';
import type { SignerContext } from './signer-context.ts';
import { ownObject, storedObject } from './stored-object.ts';
import type { TicketFacts } from './ticket.ts';

/** Ends an upload: see `Signer.commit`. Repeated, it finds the object that it made. */
export async function commitUpload(
  context: SignerContext,
  ticket: TicketFacts,
  manifest: Manifest,
  call: CommitCall,
): Promise<Commit> {
  if (isStaged(ticket)) return commitStaged(context, ticket, manifest, call);
  const { backend } = context;
  const id = ticket.upload ?? '';
  const parts = backend.findParts(id, ticket.key);
  if (parts !== undefined) return commitParts(context, ticket, manifest, parts);
  const session = backend.findSession(id, ticket.key);
  if (session !== undefined && !session.complete) return { state: 'missing', parts: [] };
  const object = ownObject(context, ticket);
  if (object === undefined) return absent(context, ticket);
  const wrong = checkManifest(ticket, manifest) ?? checkObject(ticket, manifest, object);
  if (session !== undefined) backend.end(session.id);
  if (wrong === null) backend.decisions.make(ticket, 'stored');
  // What was committed before stays: only this manifest is wrong then.
  else if (backend.decisions.of(ticket) === null) backend.objects.delete(ticket.key);
  return wrong ?? { state: 'stored', object: storedObject(context, object) };
}
