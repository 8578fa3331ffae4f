import type { Digests } from '../signer/digests.ts';
import type { Plan, Ticket } from '../signer/plan.ts';
import type { PartFacts, Stored } from '../signer/signer.ts';
import { planOf } from './plan.ts';
import type { PartsRecord } from './records.ts';
import type { SignerContext } from './signer-context.ts';
import { ownObject, storedObject } from './stored-object.ts';
import { openTicket, type TicketFacts } from './ticket.ts';

/** The parts that the store lists, by number. */
export function listParts(upload: PartsRecord): readonly PartFacts[] {
  return [...upload.parts]
    .map(([number, { bytes, digest }]) => {
      const digests: Digests =
        upload.algorithm === null || digest === null ? {} : { [upload.algorithm]: digest };
      return { number, size: bytes.length, digests };
    })
    .sort((left, right) => left.number - right.number);
}

function storedOf(context: SignerContext, ticket: TicketFacts): Stored {
  const { backend, settings } = context;
  const id = ticket.upload ?? '';
  const upload = backend.findParts(id, ticket.key);
  if (upload !== undefined) return { state: 'parts', parts: listParts(upload) };
  const session = backend.findSession(id, ticket.key);
  // A complete session is not committed yet: let it be asked, and committed.
  if (session !== undefined) {
    const tells = settings.dialect === 'upload-offset' && !session.complete;
    return { state: 'offset', offset: tells ? session.held : null };
  }
  const object = ownObject(context, ticket);
  if (object !== undefined) return { state: 'committed', object: storedObject(context, object) };
  const young = backend.clock.now() < ticket.begunAt + settings.keptFor;
  return ticket.shape === 'single' && young ? { state: 'parts', parts: [] } : { state: 'gone' };
}

/** The plan again, and what the store holds. */
export function resumeUpload(
  context: SignerContext,
  ticket: Ticket,
  now: number,
): { readonly plan: Plan | null; readonly stored: Stored } {
  const facts = openTicket(context.secret, ticket);
  const stored = storedOf(context, facts);
  const plan = stored.state === 'gone' ? null : planOf(context.settings, facts, ticket, now, []);
  return { plan, stored };
}
