import { dropWaiting } from './commit-staged.ts';
import { isStaged } from './landing.ts';
import type { SignerContext } from './signer-context.ts';
import { ownObject } from './stored-object.ts';
import type { TicketFacts } from './ticket.ts';

/** Removes what is stored of an upload: its record with all it holds, and an object that it made with no commit. */
export function discardUpload(context: SignerContext, ticket: TicketFacts): void {
  if (isStaged(ticket)) {
    dropWaiting(context, ticket);
    return;
  }
  const { backend } = context;
  const { upload, key } = ticket;
  const session = upload === null ? undefined : backend.findSession(upload, key);
  if (upload !== null) backend.end(upload);
  const uncommitted = ticket.shape === 'single' || session?.complete === true;
  if (uncommitted && ownObject(context, ticket) !== undefined) backend.objects.delete(key);
}
